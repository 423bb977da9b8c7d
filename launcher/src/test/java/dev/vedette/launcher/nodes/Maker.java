package dev.vedette.launcher.nodes;

import java.nio.file.Path;

/** Whose programs a node runs. */
public enum Maker {
    VEDETTE {
        @Override
        String program(Node.Kind kind) {
            String name = kind == Node.Kind.SERVER ? "vedette-server" : "vedette-sentinel";
            return Path.of("..", "bin", name).toAbsolutePath().normalize().toString();
        }
    },
    REDIS {
        @Override
        String program(Node.Kind kind) {
            return kind == Node.Kind.SERVER ? "redis-server" : "redis-sentinel";
        }
    };

    /** What is run: a path, or a name that is looked for where programs are. */
    abstract String program(Node.Kind kind);
}
