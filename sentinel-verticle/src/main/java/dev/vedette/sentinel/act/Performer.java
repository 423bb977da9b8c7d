package dev.vedette.sentinel.act;

import dev.vedette.sentinel.decide.Decision;
import dev.vedette.sentinel.decide.Effect;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Carries out effects one after the other, in the order of the decisions that asked for them. A {@link Effect.Persist}
 * holds back everything after it, of this decision and of later ones, until the file is on disk: that is what makes a
 * vote safe. When the file could not be written, what would have told others of the change is not carried out.
 *
 * <p>Events and log lines do not wait: they say what this sentinel thinks, nobody votes or follows by them, and clients that
 * hear +switch-master shall not have to wait for a disk.
 */
public final class Performer {

    private static final String NOT_SAVED = "ERR Failed to save config file. Check server logs.";

    private record Task(Effect effect, Batch batch) {}

    /** Effects of one decision. */
    private static final class Batch {
        private boolean unsaved;
    }

    private final Function<Effect.Persist, Future<Void>> save;
    private final Consumer<Effect> perform;
    private final Deque<Task> tasks = new ArrayDeque<>();
    private boolean busy;
    private boolean stopped;

    /**
     * Nothing to do yet.
     *
     * @param save makes what must be remembered safe; its future completes on the event loop
     * @param perform carries out any other effect, at once
     */
    public Performer(Function<Effect.Persist, Future<Void>> save, Consumer<Effect> perform) {
        this.save = save;
        this.perform = perform;
    }

    /** Carries out what a decision asks for, now or as soon as what came before is done. */
    public void perform(Decision decision) {
        List<Effect> effects = decision.effects();
        if (effects.isEmpty()) {
            return;
        }
        Batch batch = new Batch();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Report || effect instanceof Effect.LogLine) {
                perform.accept(effect);
            } else {
                tasks.add(new Task(effect, batch));
            }
        }
        work();
    }

    /** Carries out nothing more. */
    public void stop() {
        stopped = true;
        tasks.clear();
    }

    private void work() {
        if (busy) {
            return;
        }
        busy = true;
        try {
            for (Task task = tasks.poll(); task != null && !stopped; task = tasks.poll()) {
                if (task.effect instanceof Effect.Persist persist) {
                    Batch batch = task.batch;
                    Future<Void> saved = save.apply(persist);
                    if (!saved.isComplete()) {
                        saved.onComplete(done -> {
                            batch.unsaved = done.failed();
                            busy = false;
                            work();
                        });
                        return;
                    }
                    batch.unsaved = saved.failed();
                } else if (task.batch.unsaved) {
                    performUnsaved(task.effect);
                } else {
                    perform.accept(task.effect);
                }
            }
        } catch (RuntimeException bug) {
            busy = false;
            throw bug;
        }
        busy = false;
    }

    private void performUnsaved(Effect effect) {
        switch (effect) {
            case Effect.CastBallot ballot -> {}
            case Effect.AskMasterDown question -> {}
            case Effect.PublishHello hello -> {}
            case Effect.AnnounceSwitch news -> {}
            case Effect.AnswerMasterDown answer ->
                perform.accept(new Effect.Reply(answer.requestId(), new Effect.Outcome.Failed(NOT_SAVED)));
            case Effect.Reply reply ->
                perform.accept(new Effect.Reply(reply.requestId(), new Effect.Outcome.Failed(NOT_SAVED)));
            default -> perform.accept(effect);
        }
    }
}
