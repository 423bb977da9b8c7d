package dev.vedette.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Deployable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom: between modules, and inside each. */
@AnalyzeClasses(packages = "dev.vedette", importOptions = ImportOption.DoNotIncludeTests.class)
class DirectionsTest {

    private static final String STORE = "dev.vedette.store..";
    private static final String REPLICATION = "dev.vedette.replication..";
    private static final String SENTINEL = "dev.vedette.sentinel..";
    private static final String CONSOLE = "dev.vedette.console..";
    private static final String WIRE = "dev.vedette.wire..";
    private static final String LAUNCHER = "dev.vedette.launcher..";
    private static final String DECIDE = "dev.vedette.sentinel.decide..";

    /** Without classes every rule holds. */
    @Test
    void allModulesAreLookedAt() {
        JavaClasses classes = new ClassFileImporter().importPackages("dev.vedette");
        for (String part : List.of(STORE, REPLICATION, SENTINEL, CONSOLE, WIRE, LAUNCHER, DECIDE)) {
            assertTrue(classes.that(resideInAPackage(part)).size() > 5, part);
        }
    }

    // ------------------------------------------------------------------ between modules

    @ArchTest
    static final ArchRule verticlesAreSiblings = slices().matching("dev.vedette.(store|replication|sentinel|console)..")
            .should()
            .notDependOnEachOther()
            .because("they speak to one another in records of wire.bus");

    @ArchTest
    static final ArchRule wireKnowsNobody = noClasses()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, REPLICATION, SENTINEL, CONSOLE, LAUNCHER);

    @ArchTest
    static final ArchRule wireHasNoVerticle =
            noClasses().that().resideInAPackage(WIRE).should().beAssignableTo(Deployable.class);

    @ArchTest
    static final ArchRule onlyTheLauncherSeesAll = noClasses()
            .that()
            .resideOutsideOfPackage(LAUNCHER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(LAUNCHER);

    @ArchTest
    static final ArchRule onlyMembersAndSentinelsKnowHazelcast = noClasses()
            .that()
            .resideOutsideOfPackages(LAUNCHER, "dev.vedette.sentinel", "dev.vedette.sentinel.act..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast..");

    // ------------------------------------------------------------------ inside the store

    @ArchTest
    static final ArchRule storeGoesOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(STORE)
            .layer("verticle")
            .definedBy("dev.vedette.store")
            .layer("connection")
            .definedBy("dev.vedette.store.connection..")
            .layer("command")
            .definedBy("dev.vedette.store.command..")
            .layer("snapshot")
            .definedBy("dev.vedette.store.snapshot..")
            .layer("change")
            .definedBy("dev.vedette.store.change..")
            .layer("session")
            .definedBy("dev.vedette.store.session..")
            .layer("keyspace")
            .definedBy("dev.vedette.store.keyspace..")
            .layer("config")
            .definedBy("dev.vedette.store.config..")
            .whereLayer("verticle")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("connection")
            .mayOnlyBeAccessedByLayers("verticle")
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("verticle", "connection")
            .whereLayer("snapshot")
            .mayOnlyBeAccessedByLayers("verticle", "connection", "command")
            .whereLayer("change")
            .mayOnlyBeAccessedByLayers("verticle", "connection", "command")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("verticle", "connection", "command", "change")
            .whereLayer("keyspace")
            .mayOnlyBeAccessedByLayers("verticle", "connection", "command", "snapshot", "change", "session");

    @ArchTest
    static final ArchRule valuesKnowNoClient = noClasses()
            .that()
            .resideInAPackage("dev.vedette.store.keyspace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", WIRE);

    @ArchTest
    static final ArchRule familiesOfCommandsAreNoTangle = slices().matching("dev.vedette.store.command.(*)..")
            .should()
            .beFreeOfCycles()
            // ACL LOG shows a client as CLIENT LIST does.
            .ignoreDependency(
                    resideInAPackage("dev.vedette.store.command.acl"),
                    resideInAPackage("dev.vedette.store.command.connection"));

    // ------------------------------------------------------------------ inside the others

    @ArchTest
    static final ArchRule decisionsArePure = noClasses()
            .that()
            .resideInAPackage(DECIDE)
            .should()
            .dependOnClassesThat(not(resideInAnyPackage(
                            DECIDE,
                            "java.lang..",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.time..",
                            "org.jspecify.annotations"))
                    .or(assignableTo(java.util.Random.class))
                    .or(assignableTo(Thread.class))
                    .or(assignableTo(java.util.UUID.class))
                    .or(assignableTo(java.time.Clock.class)))
            .because("the same state and event must give the same decision: no network, clock, thread or chance");

    @ArchTest
    static final ArchRule decisionsAskNoClock = noClasses()
            .that()
            .resideInAPackage(DECIDE)
            .should()
            .callMethodWhere(target(nameMatching("currentTimeMillis|nanoTime|getenv|getProperty|identityHashCode"))
                    .or(target(owner(resideInAPackage("java.time.."))).and(target(nameMatching("now|systemDefault")))));

    @ArchTest
    static final ArchRule sentinelGoesOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(SENTINEL)
            .layer("verticle")
            .definedBy("dev.vedette.sentinel")
            .layer("serve")
            .definedBy("dev.vedette.sentinel.serve..")
            .layer("act")
            .definedBy("dev.vedette.sentinel.act..")
            .layer("observe")
            .definedBy("dev.vedette.sentinel.observe..")
            .layer("acl")
            .definedBy("dev.vedette.sentinel.acl..")
            .layer("config")
            .definedBy("dev.vedette.sentinel.config..")
            .layer("decide")
            .definedBy(DECIDE)
            .whereLayer("verticle")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("serve")
            .mayOnlyBeAccessedByLayers("verticle", "act")
            .whereLayer("act")
            .mayOnlyBeAccessedByLayers("verticle")
            .whereLayer("observe")
            .mayOnlyBeAccessedByLayers("verticle", "act")
            .whereLayer("acl")
            .mayOnlyBeAccessedByLayers("verticle", "serve")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("verticle", "serve");

    @ArchTest
    static final ArchRule replicationHasTwoSides = noClasses()
            .that()
            .resideInAPackage("dev.vedette.replication.primary..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.vedette.replication.replica..");

    @ArchTest
    static final ArchRule followingKnowsNothingOfServing = noClasses()
            .that()
            .resideInAPackage("dev.vedette.replication.replica..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.vedette.replication.primary..");

    @ArchTest
    static final ArchRule whatIsSeenDoesNotKnowHowItIsShown = noClasses()
            .that()
            .resideInAPackage("dev.vedette.console.observe..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.vedette.console.show..");

    // ------------------------------------------------------------------ everywhere

    @ArchTest
    static final ArchRule nothingIsNamedForEverything =
            noClasses().should().haveNameMatching("[^$]*(Manager|Helper|Utils?|Common|Misc)");

    @ArchTest
    static final ArchRule onlyDebugSleepSleeps = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("DebugCommands")
            .should()
            .callMethodWhere(target(owner(assignableTo(Thread.class))).and(target(nameMatching("sleep"))));

    @ArchTest
    static final ArchRule nobodyWritesToStandardError = noClasses()
            .should()
            .accessField(System.class, "err")
            .because("a line there makes supervisors and Redis's own test suites take the start for failed");
}
