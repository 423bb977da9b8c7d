package dev.vedette.console.show;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The page's own files and the libraries it uses, out of the jars. Nothing is unpacked to the disk: each file is read
 * once, when it is first asked for, and kept; all of them together are less than a megabyte.
 *
 * <p>A request that names no such file goes on to the next handler. Owned by the console's event loop.
 */
final class PageFiles implements Handler<RoutingContext> {

    /** Names without dots at the start of a part, so that nothing outside can be named. */
    private static final Pattern NAME =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private record PageFile(Buffer bytes, String type, String tag) {}

    private final String mount;
    private final String root;
    private final String cacheControl;
    private final Map<String, PageFile> files = new HashMap<>();

    /**
     * Serves resources of the class path.
     *
     * @param mount start of the paths that it serves, ends in a slash
     * @param root name of the resource directory that stands for it, ends in a slash
     * @param cacheControl what browsers are told about keeping the files
     */
    PageFiles(String mount, String root, String cacheControl) {
        this.mount = mount;
        this.root = root;
        this.cacheControl = cacheControl;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.normalizedPath();
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        PageFile file = reads && path.startsWith(mount) ? file(path.substring(mount.length())) : null;
        if (file == null) {
            context.next();
            return;
        }
        HttpServerResponse response =
                context.response().putHeader("Cache-Control", cacheControl).putHeader("ETag", file.tag());
        if (file.tag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", file.type());
        if (method.equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", Integer.toString(file.bytes().length()))
                    .end();
        } else {
            response.end(file.bytes());
        }
    }

    private @Nullable PageFile file(String path) {
        String name = path.isEmpty() ? "index.html" : path;
        PageFile known = files.get(name);
        if (known != null) {
            return known;
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || !NAME.matcher(name).matches()) {
            return null;
        }
        try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(root + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            String tag = "\"" + HexFormat.of().toHexDigits((int) sum.getValue()) + "-" + bytes.length + "\"";
            PageFile read = new PageFile(Buffer.buffer(bytes), type, tag);
            files.put(name, read);
            return read;
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + root + name + " out of its jar", e);
        }
    }
}
