package dev.vedette.launcher.log;

import io.netty.util.internal.logging.InternalLoggerFactory;

/**
 * Brings what libraries log into the log of the process's first node. Netty's and Vert.x's own logging frameworks are
 * never loaded; java.util.logging, which Hazelcast uses, only in a process that is clustered.
 */
public final class ProcessLog {

    private static volatile System.Logger target = new NodeLog("process");

    private ProcessLog() {}

    /** Sends library messages to this log from now on. To be called before Vert.x or Netty is touched. */
    public static void install(System.Logger log) {
        target = log;
        InternalLoggerFactory.setDefaultFactory(NettyLogger.FACTORY);
        System.setProperty("vertx.logger-delegate-factory-class-name", VertxLogger.Factory.class.getName());
    }

    static System.Logger target() {
        return target;
    }

    /** Libraries speak in their own name, so that an operator can tell whose message it is. */
    static String named(String logger, Object message) {
        return logger.substring(logger.lastIndexOf('.') + 1) + ": " + message;
    }
}
