package dev.vedette.store.session;

/** Whom a session is logged in as. What the account may do is known to the access control alone. */
public interface Account {
    /** The user's name. */
    String name();
}
