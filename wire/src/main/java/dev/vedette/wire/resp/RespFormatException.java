package dev.vedette.wire.resp;

/**
 * The peer does not speak RESP. The connection cannot be read any further. From a {@link CommandDecoder} the message is
 * the text of the error reply that Redis sends before it closes, without the minus sign and the line end.
 */
public final class RespFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String text;

    RespFormatException(String message) {
        super(message);
        this.text = message;
    }

    @Override
    public String getMessage() {
        return text;
    }
}
