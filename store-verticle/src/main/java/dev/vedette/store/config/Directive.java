package dev.vedette.store.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one directive. Everything that is done with a directive follows from this: reading it from a file
 * or command line, CONFIG GET, CONFIG SET, CONFIG REWRITE.
 */
public final class Directive {

    /** What is special about a directive. */
    public enum Trait {
        /** CONFIG SET refuses it. */
        IMMUTABLE,
        /** CONFIG SET refuses it unless {@code enable-protected-configs} allows it. */
        PROTECTED,
        /** Its value is kept out of the slow log and of MONITOR. */
        SENSITIVE,
        /** CONFIG GET gives it only when asked by its exact name. */
        HIDDEN,
        /** Takes any number of words. */
        MULTI_ARG,
        /** CONFIG SET refuses it while a data set is being loaded. */
        DENY_LOADING,
        /** Setting it to the value that it has counts as a change: what it names may have changed. */
        VOLATILE
    }

    private final String name;
    private final @Nullable String alias;
    private final Syntax syntax;
    private final Object defaultValue;
    private final Set<Trait> traits;

    private Directive(String name, @Nullable String alias, Syntax syntax, Object defaultValue, Set<Trait> traits) {
        this.name = name;
        this.alias = alias;
        this.syntax = syntax;
        this.defaultValue = defaultValue;
        this.traits = traits;
    }

    static Directive yesNo(String name, boolean defaultValue, Trait... traits) {
        return special(name, new PlainSyntax.YesNo(null), defaultValue, traits);
    }

    static Directive text(String name, String defaultValue, Trait... traits) {
        return special(name, new PlainSyntax.Text(false, Directive::anything), defaultValue, traits);
    }

    static Directive checkedText(
            String name, String defaultValue, Function<String, @Nullable String> check, Trait... traits) {
        return special(name, new PlainSyntax.Text(false, check), defaultValue, traits);
    }

    /** Text that is not set when empty. */
    static Directive optionalText(String name, Trait... traits) {
        return special(name, new PlainSyntax.Text(true, Directive::anything), "", traits);
    }

    static Directive choice(String name, String defaultValue, List<String> choices, Trait... traits) {
        return special(name, new PlainSyntax.Choice(choices, Map.of()), defaultValue, traits);
    }

    static Directive integer(String name, long defaultValue, long min, long max, Trait... traits) {
        return special(
                name,
                new PlainSyntax.Numeric(PlainSyntax.Notation.DECIMAL, false, min, max, null),
                defaultValue,
                traits);
    }

    /** An integer whose bounds Redis compares without sign, so that a negative number is above the maximum. */
    static Directive unsigned(String name, long defaultValue, long min, long max, Trait... traits) {
        return special(
                name,
                new PlainSyntax.Numeric(PlainSyntax.Notation.DECIMAL, true, min, max, null),
                defaultValue,
                traits);
    }

    /** Bytes, with an optional unit. */
    static Directive memory(String name, long defaultBytes, boolean unsigned, long min, long max, Trait... traits) {
        return special(
                name,
                new PlainSyntax.Numeric(PlainSyntax.Notation.MEMORY, unsigned, min, max, null),
                defaultBytes,
                traits);
    }

    static Directive special(String name, Syntax syntax, Object defaultValue, Trait... traits) {
        EnumSet<Trait> set = EnumSet.noneOf(Trait.class);
        for (Trait trait : traits) {
            set.add(trait);
        }
        return new Directive(name, null, syntax, defaultValue, set);
    }

    private static @Nullable String anything(String text) {
        return null;
    }

    /** The same directive, known by an older name too. */
    Directive alias(String olderName) {
        return new Directive(name, olderName, syntax, defaultValue, traits);
    }

    /** The primary name, in lower case. */
    public String name() {
        return name;
    }

    /** An older name that is as good everywhere, or null. */
    public @Nullable String alias() {
        return alias;
    }

    /** Whether the directive has this trait. */
    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** The default as CONFIG GET shows it. */
    public String defaultText() {
        return syntax.show(defaultValue);
    }

    Object defaultValue() {
        return defaultValue;
    }

    Syntax syntax() {
        return syntax;
    }

    @Override
    public String toString() {
        return name;
    }
}
