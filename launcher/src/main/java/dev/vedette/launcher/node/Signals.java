package dev.vedette.launcher.node;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Operating system signals. The JVM offers them only through {@code sun.misc.Signal}, which a compiler that treats
 * warnings as errors refuses to see; it is therefore reached by name.
 */
public final class Signals {

    private Signals() {}

    /**
     * Calls {@code handler} with the signal's name ({@code TERM}, {@code INT}) whenever it arrives, on a thread of the
     * JVM's, in place of the JVM's own reaction.
     */
    public static void handle(Consumer<String> handler, String... names) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            var lookup = MethodHandles.publicLookup();
            var make = lookup.findConstructor(signalClass, MethodType.methodType(void.class, String.class));
            var getName = lookup.findVirtual(signalClass, "getName", MethodType.methodType(String.class));
            var install = lookup.findStatic(
                    signalClass, "handle", MethodType.methodType(handlerClass, signalClass, handlerClass));
            Object adapter = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerClass}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept((String) getName.invoke(arguments[0]));
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == arguments[0];
                            default -> "signal handler";
                        };
                    });
            for (String name : names) {
                install.invoke(make.invoke(name), adapter);
            }
        } catch (Throwable unavailable) {
            throw new IllegalStateException("this JVM has no signal handling", unavailable);
        }
    }
}
