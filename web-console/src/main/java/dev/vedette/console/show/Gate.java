package dev.vedette.console.show;

import dev.vedette.console.ConsoleOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests come in. A page of another site that the operator has open must neither read the state nor run
 * commands:
 *
 * <ul>
 *   <li>the Host must be an IP address, {@code localhost} or a name that the operator allowed. With DNS rebinding it is
 *       the attacker's name;
 *   <li>an Origin, where there is one, must be that same Host, and Sec-Fetch-Site must not say {@code cross-site} or
 *       {@code same-site};
 *   <li>a POST must be JSON, which no plain form can send.
 * </ul>
 */
final class Gate {

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Set<String> names = new HashSet<>();

    Gate(ConsoleOptions options) {
        names.add("localhost");
        names.add(options.host().toLowerCase(Locale.ROOT));
        options.allowedHosts().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /** The reason to refuse the request, or null to let it in. */
    @Nullable
    String refusal(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null || !isKnown(authority.host())) {
            return "This console does not go by that name. Reach it by IP address, as localhost, or allow the name.";
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !origin.equalsIgnoreCase(request.scheme() + "://" + text(authority))) {
            return "Requests from other sites are refused.";
        }
        String site = request.getHeader("Sec-Fetch-Site");
        boolean navigates = "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && request.method().equals(HttpMethod.GET)
                && !request.path().startsWith("/api/");
        if (site != null && !site.equals("same-origin") && !site.equals("none") && !navigates) {
            return "Requests from other sites are refused.";
        }
        if (request.method().equals(HttpMethod.POST)) {
            String type = request.getHeader("Content-Type");
            if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
                return "The body must be application/json.";
            }
        }
        return null;
    }

    /** What every answer tells the browser: run nothing but this console's own files, and be framed by nobody. */
    static void harden(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    private boolean isKnown(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return names.contains(name) || isAddress(name);
    }

    /** As a browser writes it in Origin: without the port where that is the scheme's own. */
    private static String text(HostAndPort authority) {
        return authority.port() > 0 ? authority.host() + ":" + authority.port() : authority.host();
    }

    /** An IPv4 or IPv6 address; no name that DNS could point elsewhere looks like one. */
    private static boolean isAddress(String host) {
        return host.matches("\\d{1,3}(\\.\\d{1,3}){3}") || host.matches("\\[?[0-9a-f:.]*:[0-9a-f:.]*]?");
    }
}
