# syntax=docker/dockerfile:1

# --- Build: the wheels, mysqlclient with its headers ---
FROM python:3.12-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev pkg-config default-libmysqlclient-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt requirements-mysql.txt constraints.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements-mysql.txt -c constraints.txt

# --- WeCom's JS-SDK for the sidebar ---
FROM node:20-slim AS jssdk
WORKDIR /build
COPY scripts/jssdk.sh scripts/
RUN mkdir -p static/sidebar && sh scripts/jssdk.sh

# --- Run: no compiler, not root ---
FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmariadb3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin scrm \
    && install -d -o scrm -g scrm /var/lib/scrm
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=jssdk /build/static/sidebar/wecom-jssdk.js static/sidebar/
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/var/lib/scrm \
    PRODUCTION=1
# The static files are laid down as production serves them. The settings ask for addresses; none is spoken to.
RUN SECRET_KEY=only-for-this-step-only-for-this-step-only-for-this-step ALLOWED_HOSTS=build \
    DATABASE_URL=mysql://build@build/build REDIS_URL=redis://build BROKER_URL=amqp://build \
    python manage.py collectstatic --noinput \
    && mkdir /var/lib/scrm/files && chown -R scrm:scrm /var/lib/scrm
USER scrm
EXPOSE 7002
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "7002", "--workers", "2", "--blocking-threads", "6", "scrm_customer.wsgi:application"]
