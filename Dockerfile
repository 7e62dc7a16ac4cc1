# The app in public mode: docker build -t longformer-viz . && docker run --read-only -v viz:/data -p 8501:8501 longformer-viz
# docs/how-to/run-on-the-internet.md explains the options.
ARG PYTHON=3.12.11-slim-bookworm

FROM python:${PYTHON} AS build
# PyTorch for CPUs. For a GPU: --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu128
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/viz
WORKDIR /src
COPY requirements.txt ./
RUN /opt/viz/bin/pip install --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)" \
    && /opt/viz/bin/pip install -r requirements.txt
COPY . .
RUN /opt/viz/bin/pip install --no-deps .
# For several servers that share workers: --build-arg EXTRA=cluster. docs/how-to/run-on-a-cluster.md has the set-up.
ARG EXTRA=""
RUN [ -z "$EXTRA" ] || /opt/viz/bin/pip install ".[$EXTRA]"
# A new volume starts with what is in /data, so that the first visit need not wait for the models.
RUN LONGFORMER_VIZ_CACHE=/data/models /opt/viz/bin/longformer-viz models --prepare --no-language-model \
    && mkdir -p /data/runs /data/tmp

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin viz
COPY --from=build /opt/viz /opt/viz
COPY --from=build --chown=viz:viz /data /data
ENV PATH=/opt/viz/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    TMPDIR=/data/tmp \
    HF_HOME=/data/huggingface \
    LONGFORMER_VIZ_CACHE=/data/models \
    LONGFORMER_VIZ_RUNS=/data/runs \
    LONGFORMER_VIZ_MODE=public
USER viz
WORKDIR /data
VOLUME /data
EXPOSE 8501
# The base path is the part of the address that STREAMLIT_SERVER_BASE_URL_PATH sets, such as viz.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); r.urlopen('http://127.0.0.1:8501/' + base + '/_stcore/health' if base else 'http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["longformer-viz", "app", "--no-browser", "--address", "0.0.0.0", "--port", "8501"]
