# The program and nothing else: one static file, run by nobody in particular.

FROM node:20-bookworm-slim AS assets
WORKDIR /src/static
COPY static/package.json static/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY static/ ./
RUN npm run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/static/dist static/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /image/madang ./cmd/madang \
 && mkdir -p /image/data /image/tmp

FROM scratch
COPY --from=program --chown=65532:65532 /image/ /
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 65532:65532
ENV MADANG_LISTEN=0.0.0.0:8080 MADANG_DATA=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/madang"]
CMD ["serve"]
