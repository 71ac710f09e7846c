# One image for our services of compose.yaml: web, workers that crawl, index and check, beat.
FROM python:3.12-slim
RUN useradd --create-home --uid 10001 corroborate && install -d -o corroborate /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY corroborate corroborate
COPY indexer indexer
COPY workers workers
RUN pip install --no-cache-dir .
USER corroborate
ENV CORROBORATE_STORE=/data
VOLUME /data
ENTRYPOINT ["corroborate"]
CMD ["serve", "--host", "0.0.0.0"]
