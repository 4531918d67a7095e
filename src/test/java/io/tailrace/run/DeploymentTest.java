package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.tailrace.Main;
import io.tailrace.dashboard.Binding;
import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.BeforeClass;
import org.junit.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The image, the service and the manifests: what they name exists in the build, and they agree with
 * each other. Docker, systemd and Kubernetes are not asked.
 */
public final class DeploymentTest {

  private static final Path PROFILES = Path.of("runner-profiles");
  private static final Pattern PROPERTY = Pattern.compile("<([a-z.]+)\\.version>([^<]+)</");

  /** A stage of the Dockerfile: its base, and where the files of the build go. */
  private record Stage(String base, Map<String, String> copied, List<String> lines) {}

  private static Map<String, String> versions;
  private static Map<String, Stage> stages;

  @BeforeClass
  public static void read() throws IOException {
    versions = new HashMap<>();
    Matcher property = PROPERTY.matcher(Files.readString(Path.of("pom.xml")));
    while (property.find()) {
      versions.put(property.group(1), property.group(2));
    }
    stages = new LinkedHashMap<>();
    Stage stage = null;
    for (String line : Files.readAllLines(PROFILES.resolve("Dockerfile"))) {
      String[] words = line.split(" ");
      if (words[0].equals("FROM")) {
        stage = new Stage(words[1], new LinkedHashMap<>(), new ArrayList<>());
        stages.put(words[3], stage);
      } else if (words[0].equals("COPY")) {
        stage.copied().put(words[1], words[2]);
      } else if (stage != null) {
        stage.lines().add(line);
      }
    }
  }

  @Test
  public void theImageHasFilesOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    for (Map.Entry<String, Stage> stage : stages.entrySet()) {
      for (String source : stage.getValue().copied().keySet()) {
        if (source.startsWith("target/")) {
          String runner = stage.getKey();
          assertThat(source, startsWith("target/tailrace-" + runner));
          assertThat(
              pom,
              containsString(
                  source
                      .replace("target/", "${project.build.directory}/")
                      .replace("-" + runner, "-${runner.name}")));
        } else {
          assertThat(source, Files.exists(Path.of(source)), is(true));
        }
      }
    }
    assertThat(stages.get("flink").base(), startsWith("flink:" + minor("flink") + "-"));
    assertThat(stages.get("spark").base(), startsWith("apache/spark:" + versions.get("spark")));
    Stage direct = stages.get("direct");
    assertThat(direct.lines(), hasItem("ENTRYPOINT [\"" + command() + "\"]"));
    // bin/tailrace looks for the jar beside its folder.
    assertThat(direct.copied().get("target/tailrace-direct.jar"), is("/opt/tailrace/target/"));
  }

  /** Where the image has bin/tailrace. */
  private static String command() {
    return stages.get("direct").copied().get("bin/tailrace") + "tailrace";
  }

  private static String minor(String library) {
    return versions.get(library).replaceFirst("\\.[0-9]+$", "");
  }

  @Test
  public void theServiceRunsACommandThatIsOne() throws IOException {
    Map<String, String> unit = new HashMap<>();
    for (String line : Files.readAllLines(PROFILES.resolve("tailrace.service"))) {
      if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("[")) {
        unit.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
      }
    }
    List<String> words = List.of(unit.get("ExecStart").split(" "));
    assertThat(words.get(0), is(command()));
    assertThat(port(words.subList(1, words.size())), is(exposed()));
    assertThat("a usage error", unit.get("RestartPreventExitStatus"), is("2"));
    assertThat(unit.get("Restart"), is("on-failure"));
    String state = "/var/lib/" + unit.get("StateDirectory");
    assertThat(unit.get("ExecStart"), containsString("--output=" + state + "/"));
    assertThat(unit.get("Environment"), containsString("-Duser.home=" + state));
  }

  /** The port that the image exposes. */
  private static int exposed() {
    return stages.get("direct").lines().stream()
        .filter(line -> line.startsWith("EXPOSE "))
        .mapToInt(line -> Integer.parseInt(line.substring("EXPOSE ".length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  public void theDeploymentAsksForHealthWhereThePageIs() throws IOException {
    Map<?, ?> spec = map(manifest("direct.yaml", "apps/v1", "Deployment"), "spec");
    assertThat("one run at a time", spec.get("replicas"), is(1));
    assertThat(map(spec, "strategy").get("type"), is("Recreate"));
    assertThat(
        map(map(map(spec, "template"), "metadata"), "labels"),
        is(map(map(spec, "selector"), "matchLabels")));
    Map<?, ?> pod = map(map(spec, "template"), "spec");
    Map<?, ?> container = first(pod, "containers");
    int port = port(strings(container.get("args")));
    assertThat(port, is(exposed()));
    assertThat(first(container, "ports").get("containerPort"), is(port));
    Map<String, String> paths =
        Map.of(
            "startupProbe", "/healthz", "livenessProbe", "/healthz", "readinessProbe", "/readyz");
    paths.forEach(
        (probe, path) -> {
          Map<?, ?> request = map(map(container, probe), "httpGet");
          assertThat(request.get("path"), is(path));
          assertThat(request.get("port"), is(first(container, "ports").get("name")));
        });
    requireToken(strings(container.get("args")), container, pod);
  }

  @Test
  public void theFlinkDeploymentRunsTheJarOfItsImage() throws IOException {
    Map<?, ?> spec =
        map(manifest("flink.yaml", "flink.apache.org/v1beta1", "FlinkDeployment"), "spec");
    assertThat(spec.get("flinkVersion"), is("v" + minor("flink").replace('.', '_')));
    Map<?, ?> job = map(spec, "job");
    assertThat(job.get("jarURI"), is("local://" + jarIn("flink")));
    Map<?, ?> pod = map(map(map(spec, "jobManager"), "podTemplate"), "spec");
    Map<?, ?> container = first(pod, "containers");
    List<String> arguments = strings(job.get("args"));
    assertThat(first(container, "ports").get("containerPort"), is(port(arguments)));
    requireToken(arguments, container, pod);
    assertThat(
        "workers elsewhere do not reach a database in memory",
        arguments,
        hasItem(startsWith("--reportUrl=jdbc:postgresql:")));
  }

  @Test
  public void theSparkApplicationRunsTheJarOfItsImage() throws IOException {
    Map<?, ?> spec =
        map(manifest("spark.yaml", "sparkoperator.k8s.io/v1beta2", "SparkApplication"), "spec");
    assertThat(spec.get("sparkVersion"), is(versions.get("spark")));
    assertThat(spec.get("mainClass"), is(Main.class.getName()));
    assertThat(spec.get("mainApplicationFile"), is("local://" + jarIn("spark")));
    List<String> arguments = strings(spec.get("arguments"));
    Map<?, ?> driver = map(spec, "driver");
    assertThat(first(driver, "ports").get("containerPort"), is(port(arguments)));
    assertThat(
        arguments,
        hasItem(startsWith("--dashboardTokenFile=" + first(driver, "secrets").get("path") + "/")));
    assertThat(arguments, hasItem(startsWith("--reportUrl=jdbc:postgresql:")));
  }

  private static String jarIn(String stage) {
    Map.Entry<String, String> jar = stages.get(stage).copied().entrySet().iterator().next();
    return jar.getValue() + Path.of(jar.getKey()).getFileName();
  }

  /** The token is where the container has the secret, which is named in the pod. */
  private static void requireToken(List<String> arguments, Map<?, ?> container, Map<?, ?> pod) {
    Map<?, ?> mount = first(container, "volumeMounts");
    assertThat(arguments, hasItem("--dashboardTokenFile=" + mount.get("mountPath") + "/token"));
    Map<?, ?> volume = first(pod, "volumes");
    assertThat(volume.get("name"), is(mount.get("name")));
    assertThat(volume, hasKey("secret"));
  }

  /** Reads arguments as a run does, and gives the port of the page. */
  private static int port(List<String> arguments) {
    LogPipeline pipeline = Pipelines.named(arguments.get(0)).orElseThrow();
    TailraceOptions options = RunCommand.options(pipeline, arguments.subList(1, arguments.size()));
    assertThat(options.getInput().get(0), not(endsWith(",")));
    return Binding.parse("--dashboard", options.getDashboard()).orElseThrow().port();
  }

  private static Map<?, ?> manifest(String file, String version, String kind) throws IOException {
    String text = Files.readString(PROFILES.resolve("kubernetes").resolve(file));
    Map<?, ?> manifest = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    assertThat(manifest.get("apiVersion"), is(version));
    assertThat(manifest.get("kind"), is(kind));
    return manifest;
  }

  private static Map<?, ?> map(Map<?, ?> in, String key) {
    assertThat(in, hasKey((Object) key));
    return (Map<?, ?>) in.get(key);
  }

  private static Map<?, ?> first(Map<?, ?> in, String key) {
    return (Map<?, ?>) ((List<?>) in.get(key)).get(0);
  }

  private static List<String> strings(Object list) {
    return ((List<?>) list).stream().map(String.class::cast).toList();
  }
}
