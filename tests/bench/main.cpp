// The benchmark: `./run bench` measures derivations and training, `./run bench derive` and
// `./run bench train` one of them. Times are of this machine at this moment; nothing is judged but
// that all sides compute the same. Read next: derive.cpp, train.cpp.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include "tests/bench/attack.hpp"
#include "tests/bench/check.hpp"
#include "tests/bench/derive.hpp"
#include "tests/bench/embed.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/served.hpp"
#include "tests/bench/train.hpp"
#include "tests/grade/right_sheets.hpp"

namespace {

using namespace tracer::bench;

// Libraries read these when they are loaded, so that it takes another start to be rid of them.
void start_again_without_tuning(char** argv) {
  const auto variables = tuning_variables();
  if (variables.empty()) return;
  fmt::print(stderr, "bench: taken out of the environment: {}\n", fmt::join(variables, ", "));
  for (const std::string& variable : variables) unsetenv(variable.c_str());
  execv("/proc/self/exe", argv);
}

int run(int argc, char** argv) {
  CLI::App app("Measures tracer: derivations, and training beside PyTorch, NumPy and scikit-learn",
               "run bench");
  app.require_subcommand(0, 1);
  const CLI::App* derive = app.add_subcommand("derive", "derivations, and steps of the tape");
  CLI::App* train = app.add_subcommand("train", "seconds an epoch of W1 to W5, all sides in turn");
  CLI::App* check = app.add_subcommand(
      "check", "what the diagnosis makes of planted mistakes, in random networks");
  tracer::planted::MeasureOptions measure;
  check->add_option("--networks", measure.networks, "for each kind of mistake")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  check->add_option("--seed", measure.seed, "where the random networks start");
  check->add_option("--only", measure.only, "one kind of mistake");
  check->add_flag("--verbose", measure.verbose, "tells what was not named first");
  tracer::planted::RandomClaimOptions random;
  int random_claims = 0;
  check->add_option("--random", random_claims,
                    "instead: so many claims of each way of writing, right ones and random ones");
  CLI::App* grade = app.add_subcommand(
      "grade", "right sheets of random networks, printed in many ways: lines called wrong");
  tracer::test::SheetOptions sheets;
  grade->add_option("--sheets", sheets.sheets, "of all ways of printing together")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  grade->add_option("--seed", sheets.seed, "where the random networks start");
  grade->add_flag("--verbose", sheets.verbose, "prints the sheets that were not found right");
  CLI::App* attack = app.add_subcommand(
      "attack", "inputs changed at random, given to the program under limits of memory and time");
  AttackOptions attacked;
  attack->add_option("--inputs", attacked.inputs, "of all commands together")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  attack->add_option("--seed", attacked.seed, "where the changes start")->capture_default_str();
  attack->add_option("--only", attacked.only, "one command, as the table calls it");
  attack->add_option("--keep", attacked.kept, "a folder for inputs that did harm");
  CLI::App* embed = app.add_subcommand(
      "embed", "t-SNE of MNIST beside scikit-learn and Rtsne: time, KL, 10-NN accuracy");
  EmbedOptions embedded;
  embed->add_option("--n", embedded.n, "digits")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
  embed->add_option("--rounds", embedded.rounds, "turns of each side")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  embed->add_option("--without", embedded.without, "sides: sklearn,rtsne")
      ->delimiter(',')
      ->check(CLI::IsMember({"sklearn", "rtsne"}));
  embed->add_option("--threads", embedded.threads, "of all sides")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  embed->add_option("--python", embedded.python, "the interpreter that has scikit-learn");
  embed->add_flag("--made-up", embedded.made_up, "made-up images even where MNIST is there");
  TrainOptions options;
  train->add_option("--rounds", options.rounds, "turns that count, of each side")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  train->add_option("--only", options.only, "workloads: W1,W3")->delimiter(',');
  train->add_option("--without", options.without, "sides: tracer,torch,numpy,sklearn,bare,bare-own")
      ->delimiter(',');
  train->add_option("--threads", options.threads, "of tracer, and at most of the others")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  std::string format = "text";
  train->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  train->add_option("--python", options.python, "the interpreter of the rivals");
  train->add_option(
      "--core", options.core,
      "what OpenBLAS takes the processor for, on all sides, where it does not know it: "
      "Haswell, SkylakeX");
  train->add_flag("--made-up", options.made_up, "made-up images even where MNIST is there");
  // What train starts of itself: a side in a process of its own.
  CLI::App* served = app.add_subcommand("serve", "")->group("");
  std::string side;
  int threads = 1;
  served->add_option("side", side)->required();
  served->add_option("threads", threads)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  options.json = format == "json";

  if (served->parsed()) {
    if (side == "tracer")
      serve(*tracer_side(threads));
    else
      serve(*bare_side(side == "bare-own" ? Products::own : Products::blas, threads));
    return 0;
  }
  start_again_without_tuning(argv);
  if (derive->parsed()) {
    derive_bench();
    return 0;
  }
  if (grade->parsed()) {
    fmt::print("{}", tracer::test::table_of(tracer::test::mark_right_sheets(sheets)));
    return 0;
  }
  if (attack->parsed()) return attack_bench(attacked);
  if (embed->parsed()) return embed_bench(embedded);
  if (check->parsed()) {
    random.seed = measure.seed;
    random.verbose = measure.verbose;
    if (random_claims > 0) {
      random.claims = random_claims;
      random_claims_bench(random);
    } else {
      check_bench(measure);
      random_claims_bench(random);
    }
    return 0;
  }
  if (!train->parsed()) {
    derive_bench();
    fmt::print("\n");
    std::fflush(stdout);
  }
  return train_bench(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: error: {}\n", error.what());
    return 2;
  }
}
