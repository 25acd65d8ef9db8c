# Pushdown as one image for the site, the workers, the clock and the commands.

FROM python:3.11-slim AS packages
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --requirement requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data pushdown \
    && install --directory --owner pushdown --mode 0700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY serp serp
COPY reputation reputation
COPY content content
RUN python -m compileall -q serp reputation content
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data
USER pushdown
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "reputation.wsgi", "--workers", "3", "--threads", "4", "--bind", "0.0.0.0:8000"]
