package io.kybern.distribution;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which module may know which: arrows that a pom alone does not forbid. */
class ModuleArrowsTest {
    private static final String FRAMEWORK = "io.kybern.crd..";
    private static final String API_SERVER = "io.kybern.apiserver..";
    private static final String OPERATORS = "io.kybern.operators..";
    private static final String NODE = "io.kybern.node..";
    private static final String DISTRIBUTION = "io.kybern.distribution..";

    private static JavaClasses classes = new ClassFileImporter().importPackages();

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.kybern");
    }

    @Test
    void theFrameworkKnowsNobody() {
        noClasses()
                .that()
                .resideInAPackage(FRAMEWORK)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API_SERVER, OPERATORS, NODE, DISTRIBUTION, "io.fabric8..", "io.vertx..")
                .check(classes);
    }

    @Test
    void theServerKnowsTheFrameworkOnly() {
        noClasses()
                .that()
                .resideInAPackage(API_SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(OPERATORS, NODE, DISTRIBUTION)
                .check(classes);
    }

    @Test
    void controllersAndNodesKnowTheServerByItsApiOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(OPERATORS, NODE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API_SERVER, DISTRIBUTION)
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(OPERATORS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NODE)
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(NODE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(OPERATORS)
                .check(classes);
    }

    @Test
    void theServerMeetsTheClientInOnePackage() {
        noClasses()
                .that()
                .resideInAPackage(API_SERVER)
                .and()
                .resideOutsideOfPackage("io.kybern.apiserver.inprocess..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(classes);
    }

    @Test
    void onlyTheHostKnowsQuarkus() {
        noClasses()
                .that()
                .resideInAPackage("io.kybern..")
                .and()
                .resideOutsideOfPackages("io.kybern.apiserver.quarkus..", "io.kybern.distribution.quarkus..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.smallrye..",
                        "jakarta.enterprise..",
                        "jakarta.inject..",
                        "org.eclipse.microprofile..",
                        "org.jboss..")
                .check(classes);
    }
}
