package dev.vedette.store.snapshot;

import java.io.IOException;

/** A dump is whole, and cannot be loaded here all the same. The message is the line that Redis would log. */
final class FatalDumpException extends IOException {

    private static final long serialVersionUID = 1L;

    FatalDumpException(String line) {
        super(line);
    }
}
