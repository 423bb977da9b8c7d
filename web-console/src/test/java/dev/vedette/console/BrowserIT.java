package dev.vedette.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** What someone sees who looks at the page, in a real browser, which is never told to load anything again. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class BrowserIT {

    private static final class Session {
        final Vertx vertx = Vertx.vertx();
        final ConsoleVerticle console =
                new ConsoleVerticle(new ConsoleOptions().withPort(0), System.getLogger("console"));
        final ChromeDriver browser;

        Session(Path profile) throws Exception {
            vertx.deployVerticle(console)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, Level.ALL);
            ChromeOptions options = new ChromeOptions();
            options.setBinary("/usr/bin/chromium");
            options.addArguments(
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--window-size=1280,800",
                    "--user-data-dir=" + profile);
            options.setCapability("goog:loggingPrefs", logs);
            browser = new ChromeDriver(
                    new ChromeDriverService.Builder()
                            .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                            .usingAnyFreePort()
                            .build(),
                    options);
        }

        void close() throws Exception {
            browser.quit();
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @TempDir
    Path profile = Path.of("");

    private SimulatedCluster cluster = new SimulatedCluster();
    private List<Session> sessions = List.of();

    @BeforeEach
    void open() throws Exception {
        sessions = List.of(new Session(profile));
        cluster = new SimulatedCluster();
        session().vertx.setPeriodic(1, 500, fired -> {
            cluster.second();
            report();
        });
        browser().get("http://127.0.0.1:" + session().console.port() + "/");
        soon().untilAsserted(() -> assertEquals("All is well", text("#headline h1")));
        browser().executeScript("window.neverReloaded = true");
    }

    @AfterEach
    void close() throws Exception {
        for (Session session : sessions) {
            session.close();
        }
    }

    private Session session() {
        return sessions.get(0);
    }

    private ChromeDriver browser() {
        return session().browser;
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(100))
                .ignoreException(StaleElementReferenceException.class)
                .ignoreExceptionsInstanceOf(WebDriverException.class);
    }

    private WebElement find(String css) {
        return browser().findElement(By.cssSelector(css));
    }

    private String text(String css) {
        return find(css).getText();
    }

    private void report() {
        cluster.reports(System.currentTimeMillis())
                .forEach(r -> session().vertx.eventBus().publish(NodeStatus.ADDRESS, r));
    }

    private void play(SimulatedCluster.Step step) {
        session().vertx.runOnContext(now -> {
            step.change().run();
            report();
            step.events().forEach(e -> session().vertx.eventBus().publish(SentinelEvent.ADDRESS, e));
        });
    }

    private String role(String node) {
        return String.valueOf(find(".card[data-node='" + node + "']").getDomAttribute("data-role"));
    }

    @Test
    void aFailoverIsShownAsItHappens() {
        assertEquals("master", role("127.0.0.1:6379"));
        assertEquals("replica", role("127.0.0.1:6380"));
        assertEquals("replica", role("127.0.0.1:6382"));
        assertEquals(
                3,
                browser()
                        .findElements(By.cssSelector(".guard[data-opinion=ok]"))
                        .size());

        List<SimulatedCluster.Step> steps = cluster.failover();
        play(steps.get(0));
        soon().untilAsserted(() -> assertTrue(
                text(".card[data-node='127.0.0.1:6379']").contains("silent for"), "the lost master is shown as such"));
        play(steps.get(1));
        soon().untilAsserted(() -> {
            assertEquals("Master under suspicion", text("#headline h1"));
            assertEquals("sdown", find(".guard[data-node='127.0.0.1:26380']").getDomAttribute("data-opinion"));
        });
        play(steps.get(2));
        play(steps.get(3));
        soon().untilAsserted(() -> assertEquals("Election of a leader", text("#headline h1")));
        steps.subList(4, 7).forEach(this::play);
        soon().untilAsserted(() -> {
            assertEquals("Promoting a replica", text("#headline h1"));
            assertTrue(text("#headline p").contains("127.0.0.1:6380"));
        });
        steps.subList(7, steps.size()).forEach(this::play);
        soon().untilAsserted(() -> {
            assertEquals("Failover complete", text("#headline h1"));
            assertEquals("complete", text("#failover-phase"));
            assertEquals("master", role("127.0.0.1:6380"));
            assertEquals(
                    6,
                    browser()
                            .findElements(By.cssSelector("#failover li[data-reached=true]"))
                            .size());
            assertTrue(text("#nodes tr[data-node='127.0.0.1:6381']").contains("127.0.0.1:6380"), "follows the new one");
            assertTrue(browser()
                            .findElements(By.cssSelector(".timeline li[data-type='+switch-master']"))
                            .size()
                    == 3);
        });
        assertEquals(true, browser().executeScript("return window.neverReloaded"));
        noComplaints();
    }

    @Test
    void infoIsLiveSearchableAndHarmless() {
        session()
                .vertx
                .eventBus()
                .publish(
                        NodeStatus.ADDRESS,
                        new NodeStatus("127.0.0.1:7000", NodeStatus.SERVER, 0, Simulation.HOSTILE_INFO));
        browser().executeScript("location.hash = 'info/' + encodeURIComponent('127.0.0.1:7000')");
        soon().untilAsserted(() -> assertEquals(
                "<img src=x onerror=\"window.owned=1\">",
                text("tr[data-field=hostile] td"),
                String.valueOf(find("section.info").getDomProperty("outerHTML"))));
        assertEquals(true, browser().executeScript("return window.owned === undefined"));

        browser().executeScript("location.hash = 'info/' + encodeURIComponent('127.0.0.1:6379')");
        soon().until(() -> find("#info-search").isDisplayed());
        find("#info-search").sendKeys("repl_offset");
        soon().untilAsserted(() -> assertEquals(
                1, browser().findElements(By.cssSelector(".fields tbody tr")).size()));
        String before = text("tr[data-field=master_repl_offset] td");
        soon().until(() -> !text("tr[data-field=master_repl_offset] td").equals(before));
        soon().until(() -> !browser()
                .findElements(By.cssSelector("tr[data-field=master_repl_offset] td.changed"))
                .isEmpty());
        noComplaints();
    }

    @Test
    void aCommandIsTypedAndAnswered() {
        session()
                .vertx
                .eventBus()
                .<NodeCommand>consumer(
                        new NodeAddresses("127.0.0.1:6379").command(),
                        message -> message.reply(Buffer.buffer("$" + 5 + "\r\nhello\r\n")));
        find("nav a[href='#shell']").click();
        soon().until(() -> find("#shell-line").isDisplayed());
        find("#shell-line").sendKeys("GET greeting", Keys.ENTER);
        soon().untilAsserted(() -> assertEquals("\"hello\"", text("#shell-output pre")));
        find("#shell-line").sendKeys(Keys.ARROW_UP);
        soon().untilAsserted(
                        () -> assertEquals("GET greeting", find("#shell-line").getDomProperty("value")));
        noComplaints();
    }

    @Test
    void chartsDrawAndAPhoneNeedsNoSidewaysScrolling() {
        find("nav a[href='#charts']").click();
        soon().until(() -> browser().findElements(By.cssSelector("canvas")).size() == 3);
        soon().untilAsserted(() -> assertTrue(
                String.valueOf(find("canvas").getDomAttribute("aria-label")).contains("127.0.0.1:6379")));
        for (String view : List.of("overview", "charts", "info", "events", "shell")) {
            browser()
                    .executeCdpCommand(
                            "Emulation.setDeviceMetricsOverride",
                            java.util.Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true));
            browser().executeScript("location.hash = arguments[0]", view);
            soon().untilAsserted(() ->
                    assertEquals(390L, browser().executeScript("return document.documentElement.scrollWidth"), view));
        }
        noComplaints();
    }

    @Test
    void thePageSaysThatTheConsoleIsGone() throws Exception {
        session().vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);

        soon().untilAsserted(() -> assertTrue(text("#connection").startsWith("Not connected"), text("#connection")));
    }

    /** Neither an error of a script nor a breach of the content security policy. */
    private void noComplaints() {
        List<String> complaints = browser().manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
        assertEquals(List.of(), complaints);
    }
}
