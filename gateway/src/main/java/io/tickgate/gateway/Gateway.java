package io.tickgate.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.admin.AccountEndpoint;
import io.tickgate.gateway.admin.DashboardEndpoint;
import io.tickgate.gateway.admin.DashboardSetup;
import io.tickgate.gateway.admin.HealthEndpoint;
import io.tickgate.gateway.admin.Lifecycle;
import io.tickgate.gateway.admin.MetricsEndpoint;
import io.tickgate.gateway.admin.PingEndpoint;
import io.tickgate.gateway.admin.PublishEndpoint;
import io.tickgate.gateway.admin.StatsEndpoint;
import io.tickgate.gateway.auth.AuthSettings;
import io.tickgate.gateway.auth.JwtAuthenticator;
import io.tickgate.gateway.auth.KindAccessPolicy;
import io.tickgate.gateway.auth.PublishAccess;
import io.tickgate.gateway.auth.TokenMint;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.InMemoryBroker;
import io.tickgate.gateway.broker.redis.RedisBroker;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.conformance.ConformanceSettings;
import io.tickgate.gateway.conformance.EchoBodyEndpoint;
import io.tickgate.gateway.conformance.EchoEndpoint;
import io.tickgate.gateway.demo.DemoFeed;
import io.tickgate.gateway.http.EventLoops;
import io.tickgate.gateway.http.Listener;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Router;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Rights;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.metrics.PrometheusText;
import io.tickgate.gateway.metrics.Telemetry;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.transport.EventsEndpoint;
import io.tickgate.gateway.transport.longpoll.ChannelEndpoint;
import io.tickgate.gateway.transport.longpoll.LongPollTransport;
import io.tickgate.gateway.transport.socketio.EngineLimits;
import io.tickgate.gateway.transport.socketio.SocketIoTransport;
import io.tickgate.gateway.transport.sse.SseTransport;
import io.tickgate.gateway.transport.websocket.WebSocketTransport;

/**
 * The composition: makes every part, joins them, starts them bottom up and stops them top down. Nobody imports it but the
 * entry points and tests.
 */
public final class Gateway implements Cli.Running {
    private static final Duration DEMO_TOKEN_TTL = Duration.ofDays(1);
    private static final int CLOSE_SECONDS = 5;

    private final GatewaySettings settings;
    private final AuthSettings auth;
    private final Clock clock = Clock.SYSTEM;
    private final Lifecycle lifecycle = new Lifecycle();
    private final String node = SessionIds.next().replaceAll("[^A-Za-z0-9]", "").substring(0, 6);
    private final EventLoops loops;
    private final List<LoopMetrics> metrics = new ArrayList<>();
    private final Telemetry telemetry;
    private final ScheduledFuture<?> sampling;
    private final Broker broker;
    private final DemoFeed demo;
    private final Hub hub;
    private final Listener listener;
    private final CompletableFuture<Void> hurried = new CompletableFuture<>();

    /**
     * Starts a gateway; it serves when this returns, with the broker or without it.
     *
     * @throws IOException if the port can't be had, with a message for the operator
     */
    public Gateway(GatewaySettings settings) throws IOException {
        this.settings = settings;
        this.auth = settings.isDemo() && settings.http().isLoopback()
                ? settings.auth().withDevelopmentKeys(DevelopmentSecret.random(), DevelopmentSecret.random())
                : settings.auth();
        this.loops = new EventLoops(settings.http());
        try {
            loops.all().forEach(loop -> metrics.add(new LoopMetrics()));
            this.telemetry = new Telemetry(metrics);
            EventLoop ingestLoop = loops.all().getFirst();
            this.broker = broker(ingestLoop);
            this.demo = settings.isDemo() ? new DemoFeed(broker, clock) : null;
            KindAccessPolicy policy = new KindAccessPolicy(settings.kinds(), auth.publicPatterns(),
                    auth.isKeyConfigured());
            Rights rights = new Rights(JwtAuthenticator.of(auth, InstantSource.system()), policy, auth.autoJoin());
            this.hub = new Hub(settings.hub(), settings.compression(), settings.http().watermarks(), rights, broker,
                    loops.all(),
                    metrics, clock);
            hub.start();
            this.sampling = ingestLoop.scheduleAtFixedRate(telemetry::sample, 0, 1, TimeUnit.SECONDS);
            this.listener = Listener.bind(settings.http(), loops, router(rights),
                    loop -> metrics.get(loops.all().indexOf(loop)));
            if (demo != null) {
                demo.start(ingestLoop);
            }
            lifecycle.enter(Lifecycle.Phase.RUNNING);
        } catch (IOException | RuntimeException failed) {
            loops.close();
            throw failed;
        }
    }

    private Broker broker(EventLoop ingestLoop) {
        if (!settings.redis().isConfigured()) {
            return new InMemoryBroker(ingestLoop);
        }
        List<String> always = settings.kinds().all().stream().filter(Kind::always).map(Kind::name).toList();
        return new RedisBroker(settings.redis(), ingestLoop, metrics.getFirst(), settings.hub().maxPayloadBytes(),
                always);
    }

    private Router router(Rights rights) {
        RequestTokens tokens = new RequestTokens(rights.authenticator(), auth.tokenCookie());
        PublishAccess publishAccess = new PublishAccess(auth.apiKey(), settings.http().isLoopback());
        DashboardEndpoint dashboard = new DashboardEndpoint();
        EventIds ids = new EventIds(node);
        Router.Builder routes = Router.builder().origins(settings.http().origins())
                .route("/ws", new WebSocketTransport(settings.webSocket(), hub, tokens))
                .route("/events",
                        new EventsEndpoint(hub, tokens, ids,
                                new SseTransport(settings.sse(), hub, ids),
                                new LongPollTransport(hub, ids)))
                .routePrefix("/socket.io/", socketIo(tokens))
                .routePrefix("/channels/", new ChannelEndpoint(hub, tokens))
                .route("/api/publish", new PublishEndpoint(settings.admin(), publishAccess, rights.policy(),
                        settings.hub().maxPayloadBytes(), broker))
                .route("/ping", new PingEndpoint())
                .route("/health", health(HealthEndpoint.Probe.HEALTH))
                .route("/health/live", health(HealthEndpoint.Probe.LIVE))
                .route("/health/ready", health(HealthEndpoint.Probe.READY))
                .route("/metrics", new MetricsEndpoint(new PrometheusText(telemetry)))
                .route("/api/stats", StatsEndpoint.ofAll(telemetry))
                .routePrefix("/api/stats/channels/", new AccountEndpoint(hub, tokens))
                .route("/api/socketio/stats", StatsEndpoint.ofSocketIo(telemetry))
                .route("/api/dashboard", dashboardSetup())
                .routePrefix("/", dashboard);
        if (settings.conformance().conformance()) {
            addConformance(routes);
        }
        return routes.build();
    }

    /** Where the suites look, instead of what is there for clients. */
    private void addConformance(Router.Builder routes) {
        EchoBodyEndpoint echoBody = new EchoBodyEndpoint();
        routes.route("/echo-body", echoBody).route("/", echoBody)
                .route("/echo", new EchoEndpoint(settings.http().outboundHighWatermarkBytes()))
                .routePrefix("/engine.io/",
                        SocketIoTransport.echoingMessages(conformanceLimits(), hub, loops.all(), clock));
    }

    private SocketIoTransport socketIo(RequestTokens tokens) {
        return settings.conformance().conformance()
                ? SocketIoTransport.echoingEvents(conformanceLimits(), hub, loops.all(), clock)
                : new SocketIoTransport(settings.socketIo(), hub, tokens, loops.all(), node, clock);
    }

    private EngineLimits conformanceLimits() {
        ConformanceSettings wanted = settings.conformance();
        return EngineLimits.of(settings.socketIo(), settings.hub().heartbeatMs()).with(wanted.pingInterval(),
                wanted.pingTimeout(), wanted.connectTimeout(), wanted.maxPayload());
    }

    private HealthEndpoint health(HealthEndpoint.Probe probe) {
        return new HealthEndpoint(probe, lifecycle, broker, clock);
    }

    private DashboardSetup dashboardSetup() {
        if (demo == null) {
            return DashboardSetup.empty(node);
        }
        String token = auth.jwtSecret() == null || !settings.http().isLoopback() ? null : mintDemoToken();
        return DashboardSetup.ofDemo(node, demo.channels(), DemoFeed.USER, token);
    }

    private String mintDemoToken() {
        return new TokenMint(auth.jwtSecret()).mint(DemoFeed.USER, List.of("log:*"), DEMO_TOKEN_TTL, Instant.now());
    }

    /** Whether the token secret was made up for this run. */
    boolean madeUpKeys() {
        return auth.isKeyConfigured() && !settings.auth().isKeyConfigured();
    }

    @Override
    public int port() {
        return listener.port();
    }

    /** The keys in force, those included that were made up for development. */
    AuthSettings auth() {
        return auth;
    }

    EventLoops.Transport transport() {
        return loops.transport();
    }

    Telemetry telemetry() {
        return telemetry;
    }

    /** Sends everybody away within the drain window, stops, and returns when the threads have ended. */
    @Override
    public void close() {
        lifecycle.enter(Lifecycle.Phase.DRAINING);
        drain();
        if (demo != null) {
            demo.stop();
        }
        sampling.cancel(false);
        hub.stop().forEach(shard -> shard.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
        listener.close();
        loops.all().getFirst().submit(broker::close).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loops.close();
    }

    /** Returns when no client is left, at the end of the window, or when it's to be quick: at once if there is no client. */
    private void drain() {
        long end = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(settings.drain().drainMs());
        listener.drain();
        CompletableFuture<Void> left = hub.drain(settings.drain());
        // No window means at once, but not before all have been told.
        awaitDrained(left, Math.max(end, clock.nanos() + TimeUnit.SECONDS.toNanos(1)));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        listener.end().addListener(_ -> closed.complete(null));
        awaitDrained(closed, end);
    }

    private void awaitDrained(CompletableFuture<Void> drained, long endNanos) {
        try {
            CompletableFuture.anyOf(drained, hurried).get(endNanos - clock.nanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            // Whoever is left is closed next.
        } catch (InterruptedException _) {
            hurry();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError("only completed normally", e);
        }
    }

    /** Cuts the drain window short: a stop that has begun, or will, closes all clients at once. Any thread. */
    void hurry() {
        hurried.complete(null);
    }
}
