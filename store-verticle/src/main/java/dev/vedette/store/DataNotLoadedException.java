package dev.vedette.store;

/** The server cannot start, since its data cannot be loaded; what is wrong with it has been logged. */
public final class DataNotLoadedException extends Exception {

    private static final long serialVersionUID = 1L;

    DataNotLoadedException(String reason) {
        super(reason, null, false, false);
    }
}
