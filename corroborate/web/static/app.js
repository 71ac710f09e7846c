// What is nicer without a reload: progress of a check, filters of a report. Nothing needs it.
"use strict";

const progress = document.getElementById("progress");
if (progress) {
  const events = new EventSource(progress.dataset.events);
  events.onmessage = (event) => {
    const check = JSON.parse(event.data);
    if (check.state === "done" || check.state === "failed") {
      events.close();
      location.reload();
      return;
    }
    progress.querySelector(".stage").textContent = check.stage || check.state;
    const bar = progress.querySelector("progress");
    if (check.total > 0) {
      bar.max = check.total;
      bar.value = check.done;
    }
  };
}

const filters = document.querySelector(".filters");
if (filters) {
  filters.addEventListener("change", async () => {
    const query = new URLSearchParams(new FormData(filters));
    const answer = await fetch(`?${query}`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll(".finding")) old.remove();
    filters.after(...page.querySelectorAll(".finding"));
    filters.querySelector("[role=status]").textContent =
      page.querySelector(".filters [role=status]").textContent;
    history.replaceState(null, "", `?${query}`);
  });
}
