// Dictionaries of scikit-learn's options, for train and sweep: what they come to in a lesson, what is
// said of it, what is refused.
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

class SklearnFolder {
 public:
  // Of `tracer train`: the lesson that a dictionary stands for.
  ProgramRun shown(const std::string& dictionary, std::vector<std::string> more = {}) const {
    write_text(folder_ / "options.json", dictionary);
    std::vector<std::string> all{"train", "--show", "--config", "options.json"};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all, folder_.path());
  }
  std::string lesson(const std::string& dictionary,
                     const std::vector<std::string>& more = {}) const {
    const ProgramRun run = shown(dictionary, more);
    INFO(run.errors);
    CHECK(run.status == 0);
    return run.output;
  }
  std::string error(const std::string& dictionary,
                    const std::vector<std::string>& more = {}) const {
    const ProgramRun run = shown(dictionary, more);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    return run.errors;
  }
  ProgramRun sweep(const std::string& name, const std::string& text,
                   std::vector<std::string> more = {}) const {
    write_text(folder_ / name, text);
    std::vector<std::string> all{"sweep", name};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all, folder_.path());
  }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
};

const std::string moons = "\"data\": \"moons(300, noise=0.2)\", ";

}  // namespace

TEST_CASE("scikit-learn's options: a network with its defaults", "[cli][sklearn]") {
  const SklearnFolder in;
  const std::string adam = in.lesson("{" + moons + R"("hidden_layer_sizes": [8, 4]})");
  CHECK(has(adam, "param W1 = xavier(8, 2)"));
  CHECK(has(adam, "param W3 = xavier(1, 4)"));
  CHECK(has(adam, "let lam = 0.0001/200"));
  CHECK(has(adam, "#     tracer train --config options.json"));
  // the training loss is what it goes by: 11 epochs without 1/10000, and no weights come back
  CHECK(has(adam,
            "with adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08), batch_size=200, epochs=200, "
            "shuffle=true"));
  for (const char* part :
       {"early_stopping=true", "patience=11", "min_delta=0.0001", "restore_best=false"})
    CHECK(has(adam, part));
  CHECK_FALSE(has(adam, "validation="));
  const std::string sgd =
      in.lesson("{" + moons + R"("solver": "sgd", "alpha": 0, "batch_size": 30})");
  CHECK(has(sgd, "with sgd(lr=0.001, momentum=0.9, nesterov=true), batch_size=30"));
  CHECK(has(sgd, "param W1 = xavier(100, 2)"));
  CHECK_FALSE(has(sgd, "lam"));
  const std::string lbfgs =
      in.lesson("{" + moons + R"("solver": "lbfgs", "max_iter": 70, "alpha": 3})");
  CHECK(has(lbfgs, "with lbfgs(max_iter=70, tolerance=0.0001), epochs=1"));
  CHECK(has(lbfgs, "let lam = 3/300"));
}

TEST_CASE("scikit-learn's options: early stopping holds out, and waits for one epoch more",
          "[cli][sklearn]") {
  const SklearnFolder in;
  const std::string stopping =
      in.lesson("{" + moons +
                R"("early_stopping": true, "n_iter_no_change": 4, "validation_fraction": 0.25})");
  for (const char* part : {"validation=0.25", "early_stopping=true", "patience=5",
                           "min_delta=0.0001", "monitor=\"accuracy\"", "restore_best=true"})
    CHECK(has(stopping, part));
}

TEST_CASE("scikit-learn's options in a lesson: what is not said stays", "[cli][sklearn]") {
  const SklearnFolder in;
  const std::string options =
      R"({"lesson": "circles-2-3-1", "max_iter": 7, "activation": "logistic"})";
  const std::string lesson = in.lesson(options);
  CHECK(has(lesson, "epochs=7"));
  CHECK(has(lesson, "A1 = sigmoid("));
  CHECK_FALSE(has(lesson, "beta1"));
  CHECK_FALSE(has(lesson, "min_delta"));
  CHECK(has(in.lesson(options, {"--epochs", "3"}), "epochs=3"));  // the command line counts more
  CHECK(has(in.error(R"({"lesson": "moons", "hidden_layer_sizes": [3]})"),
            "hidden_layer_sizes: moons has layers of its own; leave the one or the other out"));
  CHECK(has(in.error(R"({"lesson": "moons", "alpha": 0.1})"), "write let alpha = 0.1"));
}

TEST_CASE("scikit-learn's options: what differs is said, what is not there is refused",
          "[cli][sklearn]") {
  const SklearnFolder in;
  const ProgramRun run = in.shown("{" + moons + R"("solver": "lbfgs"})");
  CHECK(has(run.errors, "first weights: scikit-learn draws"));
  CHECK(has(run.errors, "tol with lbfgs: scikit-learn compares the largest entry"));
  CHECK_FALSE(has(run.errors, "epsilon"));
  const auto error = [&](const std::string& options) {
    return in.error("{" + moons + options + "}");
  };
  CHECK(has(error(R"("solver": "sgd", "learning_rate": "invscaling")"),
            "options.json: learning_rate: tracer has no invscaling; take constant or adaptive"));
  CHECK(has(error(R"("solver": "newton")"),
            "solver: scikit-learn has lbfgs, sgd and adam, not newton"));
  CHECK(has(error(R"("solver": "lbfgs", "max_fun": 50)"), "max_fun: tracer does not count"));
  CHECK(has(error(R"("solver": "adam", "warm_start": true)"), "warm_start: every run begins anew"));
  CHECK(has(error(R"("max_iter": "many")"), "max_iter: expected a number, got \"many\""));
  CHECK(has(error(R"("max_iter": [1, 2])"), "max_iter has several values, and train takes one"));
  CHECK(has(error(R"("max_iter": 3, "sover": "adam")"), "did you mean solver?"));
  CHECK(has(error(R"("alpha": -1)"), "alpha: expected a number from 0 on, got -1"));
  CHECK(has(error(R"("random_state": -1)"), "options.json: random_state: expected a whole number"));
  CHECK(has(error(R"("param_grid": [])"), "there is no grid in it"));
  CHECK(has(error(R"("max_iter": 3, )"), "options.json: it is no JSON: parse error at line 1"));
  // all of get_params() is no mistake
  const std::string all =
      R"("activation": "relu", "alpha": 0.0001, "batch_size": "auto", "beta_1": 0.9, "beta_2": 0.999,
         "early_stopping": false, "epsilon": 1e-08, "hidden_layer_sizes": [100], "learning_rate":
         "constant", "learning_rate_init": 0.001, "max_fun": 15000, "max_iter": 200, "momentum": 0.9,
         "n_iter_no_change": 10, "nesterovs_momentum": true, "power_t": 0.5, "random_state": null,
         "shuffle": true, "solver": "adam", "tol": 0.0001, "validation_fraction": 0.1,
         "verbose": false, "warm_start": false)";
  const auto train_line = [](const std::string& lesson) {
    return lesson.substr(lesson.find("\ntrain "));
  };
  CHECK(train_line(in.lesson("{" + moons + all + "}")) ==
        train_line(in.lesson("{" + moons + R"("solver": "adam"})")));
}

TEST_CASE("scikit-learn's grid is swept under its names", "[cli][sklearn][sweep]") {
  const SklearnFolder in;
  const std::string grid = "{" + moons + R"("cv": 3, "hidden_layer_sizes": [[8], [4, 4]],
      "solver": ["lbfgs", "sgd", "adam"], "learning_rate_init": [0.2, 0.02], "max_iter": 20})";
  const ProgramRun run = in.sweep("grid.json", grid, {"--report", "page.json"});
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  // a search has no rate: two of each four of its settings are one
  CHECK(has(run.output, "12 settings × 1 seed × 3 folds: 36 runs, 30 different final models"));
  CHECK(has(run.output, "learning_rate_init is left out in 4 settings"));
  CHECK(has(run.output, "In this it is not as in scikit-learn:"));
  CHECK(has(run.output, "so it trains all max_iter epochs"));
  CHECK(has(read_text(in.folder().path() / "page.json"), "\"differences\": ["));
  const auto kept = in.folder().path() / "sweep-networks-on-moons-300,-noise=0.2-";
  CHECK(has(read_text(kept / "results.csv"),
            "param_hidden_layer_sizes,param_solver,param_learning_rate_init,params"));
  CHECK(has(read_text(kept / "results.csv"), "\"(4, 4)\",lbfgs,0.2,"));
  CHECK(has(in.sweep("grid.json", grid, {"--set", "lr=0.1"}).errors, "write it there"));
  CHECK(has(in.sweep("grid.json", grid, {"--layers", "2,2,1"}).errors, "leave --layers out"));
}

TEST_CASE("scikit-learn's grids, several of them, as JSON and as TOML", "[cli][sklearn][sweep]") {
  const SklearnFolder in;
  const std::string json = R"({"lesson": "moons", "seeds": 2, "max_iter": 2, "param_grid": [
      {"solver": ["sgd"], "momentum": [0.5, 0.9]}, {"solver": ["adam"], "beta_1": [0.8, 0.9]}]})";
  const std::string toml =
      "# the same\nlesson = 'moons'\nseeds = 2\nmax_iter = 2\n[[param_grid]]\nsolver = [\"sgd\"]\n"
      "momentum = [\n  0.5,\n  0.9,  # as usual\n]\n[[param_grid]]\nsolver = \"adam\"\nbeta_1 = "
      "[0.8, 0.9]\n";
  const ProgramRun run = in.sweep("grid.json", json, {"--out", "a"});
  INFO(run.output << run.errors);
  CHECK(has(run.output, "4 settings × 2 seeds: 8 runs, 8 different final models."));
  CHECK(in.sweep("grid.toml", toml, {"--out", "b"}).output == run.output);
  // what a grid has not is masked
  CHECK(has(read_text(in.folder().path() / "a" / "results.csv"),
            ",sgd,0.5,,\"{\"\"solver\"\":\"\"sgd\"\",\"\"momentum\"\":0.5}\","));
  // the list alone, with its flags on the command line
  const ProgramRun list = in.sweep("list.json", R"([{"solver": ["sgd", "adam"], "max_iter": [1]}])",
                                   {"moons", "--out", "c"});
  CHECK(has(list.output, "2 settings × 1 seed"));
  const auto error = [&](const std::string& text) {
    const ProgramRun wrong = in.sweep("wrong.toml", text, {"--out", "d"});
    CHECK(wrong.status == 2);
    CHECK_FALSE(std::filesystem::exists(in.folder().path() / "d"));
    return wrong.errors;
  };
  CHECK(has(error("max_iter = 2\nsolver = [\"sgd\"\n"),
            "wrong.toml:3: found a list that is not closed"));
  CHECK(has(error("max_iter = 2 3\n"), "wrong.toml:1: found 2 3, which is no value"));
  CHECK(has(error("max_iter = 2\nmax_iter = 3\n"),
            "wrong.toml:2: found max_iter for the second time"));
  CHECK(has(error("lesson = \"moons\"\nrandom_state = [1, 2]\n"), "take --seeds 2"));
  CHECK(has(error("lesson = \"moons\"\nsolver = [\"sgd\", \"sgd\"]\n"), "sgd stands there twice"));
  CHECK(has(error("lesson = \"moons\"\n[[param_grid]]\nlr = 3\n"),
            "grid 1: lr is no option of scikit-learn's networks"));
}

}  // namespace tracer
