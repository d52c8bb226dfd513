// lessons/output.schema.json against what the commands print: every output keeps to its definition,
// and has no field that is not described there. Of JSON Schema as much as that file uses.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

// Checked as texts: Catch2 takes a JSON value for a range, and a number in it for a range of itself.
using Json = nlohmann::json;

class Schema {
 public:
  Schema() : whole_(Json::parse(read_text(lessons_folder() / "output.schema.json"))) {}

  /// What is wrong with `value`, a line for each mistake; "" where nothing is.
  std::string mistakes(const Json& value, const std::string& definition) const {
    return mistakes(value, whole_.at("$defs").at(definition), "$");
  }

 private:
  std::string mistakes(const Json& value, const Json& schema, const std::string& at) const {
    if (schema.contains("$ref")) {
      constexpr std::string_view prefix = "#/$defs/";
      return mistakes(
          value, whole_.at("$defs").at(schema["$ref"].get<std::string>().substr(prefix.size())),
          at);
    }
    std::string found;
    const auto add = [&](const std::string& what) { found += at + ": " + what + "\n"; };
    if (schema.contains("const") && value != schema["const"])
      add("is not " + schema["const"].dump());
    if (schema.contains("enum") && std::ranges::count(schema["enum"], value) == 0)
      add(value.dump() + " is none of " + schema["enum"].dump());
    if (schema.contains("type") && !is_of(value, schema["type"]))
      add(value.dump().substr(0, 60) + " is no " + schema["type"].dump());
    if (schema.contains("anyOf")) {
      const auto fits = [&](const Json& one) { return mistakes(value, one, at).empty(); };
      if (std::ranges::none_of(schema["anyOf"], fits)) add("fits nothing in " + schema.dump());
    }
    if (value.is_object() && schema.contains("properties")) {
      for (const Json& name : schema.value("required", Json::array()))
        if (!value.contains(name.get<std::string>())) add(name.dump() + " is missing");
      for (const auto& [name, field] : value.items()) {
        if (schema["properties"].contains(name))
          found += mistakes(field, schema["properties"][name], at + "." + name);
        else
          add(name + " is not described");
      }
    }
    if (value.is_array() && schema.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i)
        found += mistakes(value[i], schema["items"], at + "[" + std::to_string(i) + "]");
    return found;
  }

  static bool is_of(const Json& value, const Json& type) {
    if (type.is_array())
      return std::ranges::any_of(type, [&](const Json& one) { return is_of(value, one); });
    const std::string name = type;
    return (name == "null" && value.is_null()) || (name == "string" && value.is_string()) ||
           (name == "boolean" && value.is_boolean()) ||
           (name == "integer" && value.is_number_integer()) ||
           (name == "number" && value.is_number()) || (name == "object" && value.is_object()) ||
           (name == "array" && value.is_array());
  }

  Json whole_;
};

Json printed(std::vector<std::string> arguments, const std::filesystem::path& in = {}) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const ProgramRun run = run_program(arguments, in);
  INFO(run.errors);
  REQUIRE(run.status <= 1);
  return Json::parse(run.output);
}

TEST_CASE("json schema: mistakes are found", "[json]") {
  const Schema schema;
  Json good = printed({"derive", "chain-rule"});
  CHECK(schema.mistakes(good, "derive") == "");
  Json bad = good;
  bad["steps"][0].erase("forward");
  bad["title"] = 3;
  bad["more"] = true;
  CHECK(schema.mistakes(bad, "derive") ==
        "$: more is not described\n"
        "$.steps[0]: \"forward\" is missing\n"
        "$.title: 3 is no \"string\"\n");
  CHECK(schema.mistakes(good, "grade") != "");
}

TEST_CASE("json schema: derive and check of every lesson", "[json]") {
  const Schema schema;
  for (const auto& lesson : derived_lessons()) {
    const std::string name = lesson.stem().string();
    CAPTURE(name);
    CHECK(schema.mistakes(printed({"derive", name, "--steps", "2"}), "derive") == "");
    const ProgramRun check = run_program({"check", name, "--format", "json"});
    if (has(check.errors, "a lesson in symbols has no numbers")) continue;
    CHECK(schema.mistakes(Json::parse(check.output), "check") == "");
  }
  CHECK(schema.mistakes(printed({"derive", "relu-1-1-1", "--round", "4"}), "derive") == "");
  CHECK(schema.mistakes(printed({"derive", "relu-1-1-1", "--paths", "--jacobians", "--check",
                                 "--order", "2", "--layout", "numerator"}),
                        "derive") == "");
  CHECK(schema.mistakes(printed({"derive", "-e", "A = w**2; B = 3*w; grad A, B", "--set", "w=1",
                                 "--paths", "--jacobians", "--check"}),
                        "derive") == "");
  CHECK(schema.mistakes(printed({"derive", "-e",
                                 "param W: (2, 3); input x: (3); L = sum(W @ x); "
                                 "train L with adam(lr=0.1)"}),
                        "derive") == "");
  CHECK(schema.mistakes(printed({"check", "relu-1-1-1", "--dtype", "float"}), "check") == "");
  CHECK(schema.mistakes(printed({"check", "gradient-check", "--order", "2"}), "check") == "");
  CHECK(schema.mistakes(printed({"check", "gradient-check", "--errors-by-h"}),
                        "check --errors-by-h") == "");
  const std::string grads = (lessons_folder() / "find-the-bug" / "grads.json").string();
  CHECK(schema.mistakes(printed({"check", "find-the-bug", "--claimed", grads}),
                        "check --claimed") == "");
}

TEST_CASE("json schema: grade, with and without hints", "[json]") {
  const Schema schema;
  const std::string answers = (lessons_folder() / "marking" / "r1.answers").string();
  CHECK(schema.mistakes(printed({"grade", "marking", answers, "--round", "4"}), "grade") == "");
  CHECK(schema.mistakes(printed({"grade", "marking", answers, "--hint"}), "grade") == "");
}

TEST_CASE("json schema: train, eval, predict and embed", "[json]") {
  const Schema schema;
  const TemporaryFolder folder;
  const auto kind_of = [](const Json& line) -> std::string {
    if (!line.contains("event")) return "train epoch";
    return line["event"] == "pictures" ? "train pictures" : "train end";
  };
  const std::vector<std::string> drawn = lines_of(
      run_program({"train", "moons", "--epochs", "3", "--pictures", "--format", "json"}).output);
  REQUIRE(drawn.size() > 4);  // the first epoch is drawn in any case
  CHECK(Json::parse(drawn[1]).contains("boundary"));
  for (const std::string& line : drawn) {
    const Json one = Json::parse(line);
    CHECK(schema.mistakes(one, kind_of(one)) == "");
  }
  CHECK(run_program({"train", "moons", "--pictures"}).status == 2);
  for (const std::string name : {"circles-2-3-1", "moons"}) {
    const ProgramRun run = run_program({"train", name, "--epochs", "3", "--watch", "all", "--save",
                                        name + ".safetensors", "--format", "json"},
                                       folder.path());
    const std::vector<std::string> lines = lines_of(run.output);
    INFO(run.errors);
    REQUIRE(lines.size() == 4);
    for (const std::string& line : lines) {
      const Json one = Json::parse(line);
      CHECK(schema.mistakes(one, kind_of(one)) == "");
    }
    const std::string model = name + ".safetensors";
    CHECK(schema.mistakes(printed({"eval", model, "--lesson-data"}, folder.path()), "eval") == "");
    CHECK(schema.mistakes(printed({"compare", model, model, "--lesson-data"}, folder.path()),
                          "compare") == "");
    write_text(folder / "points.csv", "x1,x2\n0.1,0.2\n1,0\n");
    CHECK(schema.mistakes(printed({"predict", model, "points.csv"}, folder.path()), "predict") ==
          "");
    CHECK(schema.mistakes(printed({"predict", model, "points.csv", "--layer", "A1"}, folder.path()),
                          "predict") == "");
    for (const char* method : {"tsne", "pca"}) {
      CHECK(schema.mistakes(printed({"embed", model, "--data", "moons(40)", "--layer", "A1",
                                     "--iterations", "50", "--method", method},
                                    folder.path()),
                            "embed") == "");
    }
  }
}

TEST_CASE("json schema: sweep", "[json]") {
  const Schema schema;
  const TemporaryFolder folder;
  const std::vector<std::string> sweep{"sweep", "circles-2-3-1", "--epochs",   "2", "--seeds",
                                       "2",     "--set",         "lr=0.1,1e30"};
  std::vector<std::string> folds = sweep;
  folds.insert(folds.end(), {"--cv", "2", "--out", "cv"});
  CHECK(schema.mistakes(printed(sweep, folder.path()), "sweep") == "");
  CHECK(schema.mistakes(printed(folds, folder.path()), "sweep") == "");
  std::vector<std::string> halving = sweep;
  halving[3] = "9";  // epochs
  halving.back() += ",0.2,0.3";
  halving.insert(halving.end(), {"--halving", "--out", "halving"});
  const Json halved = printed(halving, folder.path());
  CHECK(schema.mistakes(halved, "sweep") == "");
  CHECK(halved.at("rungs") == Json{4, 2});
}

TEST_CASE("json schema: the page beside it speaks of every definition", "[json]") {
  const std::string page = read_text(lessons_folder() / "json.md");
  const Json schema = Json::parse(read_text(lessons_folder() / "output.schema.json"));
  for (const auto& [name, definition] : schema.at("$defs").items()) {
    CAPTURE(name);
    if (definition.value("type", "") == "object") CHECK(has(page, "`" + name + "`"));
  }
}

}  // namespace
}  // namespace tracer
