package dev.vedette.launcher.seed;

import java.util.List;
import java.util.stream.Collectors;

/** Lines as they are expected, in order; {@code ...} stands for any number of lines. */
record Expected(List<ExpectedLine> wanted) {

    private static final String GAP = "...";

    /** Some of the lines are still to come. */
    static final int NOT_YET = -1;

    /** There is a line that ought not to be there. */
    static final int IMPOSSIBLE = -2;

    Expected {
        wanted = List.copyOf(wanted);
    }

    static Expected of(List<String> texts) {
        return new Expected(texts.stream().map(ExpectedLine::new).toList());
    }

    /** How many of the lines it takes to find all that is expected, or why that cannot be said. */
    int used(List<String> lines, Names known) {
        int at = 0;
        boolean gap = false;
        for (ExpectedLine next : wanted) {
            if (next.toString().equals(GAP)) {
                gap = true;
                continue;
            }
            while (at < lines.size() && gap && !next.fits(lines.get(at), known.copy())) {
                at++;
            }
            if (at == lines.size()) {
                return NOT_YET;
            }
            if (!next.fits(lines.get(at), known)) {
                return IMPOSSIBLE;
            }
            at++;
            gap = false;
        }
        return gap ? lines.size() : at;
    }

    /** Whether these are all the lines. */
    boolean fits(List<String> lines, Names known) {
        return used(lines, known) == lines.size();
    }

    @Override
    public String toString() {
        return wanted.stream().map(String::valueOf).collect(Collectors.joining("\n"));
    }
}
