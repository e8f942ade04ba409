package io.tickgate.gateway.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** Imports point down only. What breaks a rule belongs into a lower package, or behind an interface that one declares. */
final class LayersTest {
    private static final String ROOT = "io.tickgate.gateway";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.tickgate");

    @Test
    void importsPointDown() {
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.tickgate..")
                .layer("root").definedBy(ROOT)
                .layer("edges")
                .definedBy(ROOT + ".transport..", ROOT + ".admin", ROOT + ".broker.redis", ROOT + ".demo",
                        ROOT + ".conformance")
                .layer("http").definedBy(ROOT + ".http")
                .layer("kernel").definedBy(ROOT + ".kernel")
                .layer("hub").definedBy(ROOT + ".hub")
                .layer("session").definedBy(ROOT + ".session")
                .layer("wire").definedBy(ROOT + ".wire")
                .layer("ground").definedBy(ROOT + ".broker", ROOT + ".auth", ROOT + ".metrics")
                .layer("nouns").definedBy(ROOT + ".model", ROOT + ".concurrent")
                .layer("protocol").definedBy("io.tickgate.protocol..")
                .whereLayer("root").mayNotBeAccessedByAnyLayer()
                .whereLayer("edges").mayOnlyBeAccessedByLayers("root")
                .whereLayer("http").mayOnlyBeAccessedByLayers("root", "edges")
                .whereLayer("kernel").mayOnlyBeAccessedByLayers("http")
                .whereLayer("hub").mayOnlyBeAccessedByLayers("root", "edges")
                .whereLayer("session").mayOnlyBeAccessedByLayers("root", "edges", "hub")
                .whereLayer("wire").mayOnlyBeAccessedByLayers("root", "edges", "hub", "session")
                .whereLayer("ground").mayOnlyBeAccessedByLayers("root", "edges", "http", "hub", "session", "wire")
                .whereLayer("nouns")
                .mayOnlyBeAccessedByLayers("root", "edges", "http", "hub", "session", "wire", "ground")
                .because("a part may be understood with what is below it alone; see the README's picture")
                .check(CLASSES);
    }

    @Test
    void edgesDoNotKnowEachOther() {
        slices().matching(ROOT + ".transport.(*)..").should().notDependOnEachOther()
                .because("what two transports share belongs into http, session or wire").check(CLASSES);
        ArchRuleDefinition.noClasses().that().resideInAPackage(ROOT + ".transport..").should().dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".admin", ROOT + ".demo", ROOT + ".broker.redis", ROOT + ".conformance")
                .check(CLASSES);
        ArchRuleDefinition.noClasses().that()
                .resideInAnyPackage(ROOT + ".admin", ROOT + ".demo", ROOT + ".broker.redis", ROOT + ".conformance")
                .should().dependOnClassesThat().resideInAPackage(ROOT + ".transport..").check(CLASSES);
    }

    @Test
    void packagesFormNoCircles() {
        slices().matching("io.tickgate.(**)").should().beFreeOfCycles()
                .because("of two packages that need each other one holds something that belongs into a third")
                .check(CLASSES);
    }

    @Test
    void codecsKnowNoThreadsClocksSocketsOrLogs() {
        ArchRuleDefinition.noClasses().that().resideInAPackage("io.tickgate.protocol..").should().dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.time..", "java.net..", "java.nio.channels..",
                        "io.netty.channel..", "io.netty.handler..", "org.slf4j..", "io.tickgate.gateway..")
                .because("a codec is a function of its input").check(CLASSES);
    }

    @Test
    void nothingFlushesAsItWrites() {
        ArchRuleDefinition.noClasses().that().resideOutsideOfPackage(ROOT + ".http").should()
                .callMethod(io.netty.channel.Channel.class, "writeAndFlush", Object.class)
                .because("a connection is flushed once per turn, by the shard").check(CLASSES);
    }
}
