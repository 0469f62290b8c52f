package io.holdfast.config;

/** Files as users write them. */
final class Examples {

  /** Of everything something. */
  static final String WHOLE =
      """
      listeners:
        - bind: 0.0.0.0:8080
          trustedProxies: [10.0.0.0/8]
        - bind: 0.0.0.0:8443
          tls: { certificates: [{ cert: certs/chat.pem, key: certs/chat.key }] }
      admin:
        bind: 127.0.0.1:9900
        token: ${HOLDFAST_ADMIN_TOKEN:}
        enabled: ${ADMIN:true}
      limits: { connections: 10000, head: 8KiB, headTimeout: 5s }
      shutdown: { readinessDelay: 0, deadline: 1m }
      logs: { level: info, access: off }
      dns: { servers: [10.0.0.53, "[fd00::53]:5353"], timeout: 1s, maxTtl: 30s, refresh: 2s, forget: 1m }
      transport: auto
      routes:
        - name: chat
          match: { hosts: [chat.example.com], path: /ws/chat/**, headers: { X-A: "1" } }
          service: chat
          rewrite: { stripPrefix: /ws }
          headers: { request: { set: { X-Gateway: holdfast }, remove: [Cookie] } }
          admit:
            maxMessage: 1MiB
      services:
        chat:
          balance: least_connections
          affinity: { cookie: { name: HOLDFAST, maxAge: 24h, secret: "${HOLDFAST_COOKIE}" } }
          keepalive: { ping: 25s, pongTimeout: 60s, idle: 5m }
          maxConnectionAge: 12h
          retries: 3
          timeouts: { connect: 2s, response: off }
          drain: { deadline: 30s, rate: 200/s, code: 1012 }
          backends:
            - ws://10.0.0.1:8000
            - { url: ws://10.0.0.2:8000, weight: 2, group: green }
        api:
          host: backend
          retries: { max: 1, budget: 10% }
          maxConnectionAge: { max: 1h, jitter: 5m }
          backends: [https://api.internal/base]
      """;

  private Examples() {}
}
