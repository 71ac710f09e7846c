// What is nicer without a reload: progress of a check, filters of a report. Nothing needs it.
"use strict";

const progress = document.getElementById("progress");
if (progress) {
  const place = progress.dataset.status;
  const show = (check) => {
    if (check.state === "done" || check.state === "failed") {
      events.close();
      location.reload();
      return;
    }
    progress.querySelector(".stage").textContent = check.stage || check.state;
    progress.querySelector(".count").textContent =
      check.total > 1 ? `${check.done} of ${check.total}` : "";
    const bar = progress.querySelector("progress");
    if (check.total > 0) {
      bar.max = check.total;
      bar.value = check.done;
    } else {
      bar.removeAttribute("value");
    }
  };
  const ask = async () => {
    const answer = await fetch(place).catch(() => null);
    if (answer && answer.ok) show(await answer.json());
  };
  const events = new EventSource(`${place}/events`);
  events.onmessage = (event) => show(JSON.parse(event.data));
  events.onerror = () => {
    // A browser comes back by itself where the connection broke, not where it met an error.
    if (events.readyState === EventSource.CLOSED) setInterval(ask, 3000);
  };
}

const filters = document.querySelector(".filters");
if (filters) {
  filters.addEventListener("change", async () => {
    const query = new URLSearchParams(new FormData(filters));
    const answer = await fetch(`?${query}`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of document.querySelectorAll(".finding, .filters .all")) {
      one.hidden = page.getElementById(one.id).hidden;
    }
    filters.querySelector("[role=status]").textContent =
      page.querySelector(".filters [role=status]").textContent;
    history.replaceState(null, "", `?${query}`);
  });
}
