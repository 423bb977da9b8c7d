package dev.vedette.store.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** How much a thread lets others go first: setpriority(2), which on Linux is about a single thread. */
final class Niceness {

    private static final int PRIO_PROCESS = 0;
    private static final int THIS_THREAD = 0;
    private static final int BACKGROUND = 10;

    private Niceness() {}

    /**
     * From now on, and until it ends, this thread leaves the processors to others that want them, the event loop above
     * all. Elsewhere than on Linux nothing happens: there the call would be about the whole process.
     */
    @SuppressWarnings("restricted")
    static void yieldToOthers() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setpriority = linker.defaultLookup().find("setpriority");
        if (setpriority.isEmpty()) {
            return;
        }
        MethodHandle call =
                linker.downcallHandle(setpriority.get(), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        try {
            // A refusal (seccomp) costs nothing but the courtesy.
            int unusedOutcome = (int) call.invokeExact(PRIO_PROCESS, THIS_THREAD, BACKGROUND);
        } catch (RuntimeException | Error bug) {
            throw bug;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
