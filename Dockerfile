# Build: what the lock names, and nothing that it does not.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.lock /app/
RUN python -m venv /venv
RUN /venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: --requirement /app/requirements.lock
COPY LICENSE NOTICE /app/
COPY bot /app/bot
COPY adapters /app/adapters
COPY migrations /app/migrations
RUN /venv/bin/python -m compileall -q /app

# Run: no compiler, no root, nothing to write but /data.
FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data parley && install --directory --owner 10001 --mode 700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PARLEY_DATA=/data PARLEY_WEB_HOST=0.0.0.0 PARLEY_WEB_PORT=8080
USER 10001
# Where the volume is; `PARLEY_CONFIG` names a parley.toml mounted elsewhere.
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PARLEY_WEB_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
