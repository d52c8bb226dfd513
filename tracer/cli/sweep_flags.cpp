#include "tracer/cli/sweep_flags.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tracer/cli/lessons.hpp"
#include "tracer/cli/sklearn_lesson.hpp"
#include "tracer/error.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/text/number_text.hpp"

namespace tracer::cli {
namespace {

void give(const Flag& flag, const std::string& value) {
  const auto wrong = [&](const char* wanted) {
    throw Error(fmt::format("--set {}={}: expected {}", flag.name.substr(2), value, wanted));
  };
  std::visit(
      [&](auto* into) {
        using Into = std::decay_t<decltype(*into)>;
        if constexpr (std::is_same_v<Into, std::optional<std::string>>) {
          *into = value;
        } else if constexpr (std::is_same_v<Into, std::optional<int>>) {
          const std::optional<int> number = number_in_text<int>(value);
          if (!number || *number < 1) wrong("a whole number from 1 on");
          *into = number;
        } else if constexpr (std::is_same_v<Into, std::optional<bool>>) {
          if (value != "true" && value != "false") wrong("true or false");
          *into = value == "true";
        }
      },
      flag.into);
}

// Networks: what a flag of theirs is called changes the lesson that they write, all else is set in
// its text.
Source network_of(const SweepFlags& flags, const std::vector<SweepOption>& options,
                  const Candidate& candidate, std::vector<std::string>* left_out) {
  TrainFlags network = flags.train;
  network.network.layers = flags.layers.front();
  LessonSettings rest;
  Flags table = network_flags(network.network);
  for (std::size_t k = 0; k < options.size(); ++k) {
    if (const Flag* flag = flag_called(table, flag_name(options[k].name))) {
      give(*flag, candidate[k]);
    } else {
      rest.emplace_back(options[k].name, candidate[k]);
    }
  }
  return Adjustable(training_lesson(network)).with(rest, left_out);
}

bool is_network(const SweepFlags& flags) { return flags.train.file.empty(); }

// By the names that the lesson has for them.
std::vector<SweepOption> options_of(const SweepFlags& flags) {
  std::vector<SweepOption> options;
  if (flags.layers.size() > 1) options.push_back({"layers", flags.layers});
  for (const std::string& text : flags.set) options.push_back(parse_sweep_option(text));
  TrainFlags first = flags.train;
  if (is_network(flags)) first.network.layers = flags.layers.front();
  const Adjustable lesson(training_lesson(first));
  const Flags table = network_flags(first.network);
  for (auto option = options.begin(); option != options.end(); ++option) {
    if (!is_network(flags) || flag_called(table, flag_name(option->name)) == nullptr)
      option->name = lesson.own_name(option->name);
    if (option->name == "seed")
      throw Error(
          "--set seed: take --seeds 6 (and --seed, the first of them): every setting gets "
          "the same seeds");
    if (std::any_of(options.begin(), option,
                    [&](const SweepOption& before) { return before.name == option->name; }))
      throw Error(
          fmt::format("--set {}: it is set twice; put all its values into one", option->name));
  }
  return options;
}

void require_lesson(const SweepFlags& flags, bool sklearn) {
  if (sklearn) {
    if (!flags.layers.empty())
      throw Error(
          "--layers: --config " + flags.train.config +
          " has scikit-learn's options, whose hidden_layer_sizes are the layers between the "
          "data's inputs and classes; leave --layers out");
    if (!flags.set.empty())
      throw Error("--set " + flags.set.front() + ": --config " + flags.train.config +
                  " says what is tried; write it there, under scikit-learn's name");
    return;
  }
  if (flags.train.file.empty() && flags.layers.empty()) {
    throw Error(
        "sweep wants a lesson, or networks with --layers (tracer sweep --help has examples)");
  }
  if (!flags.train.file.empty() && !flags.layers.empty())
    throw Error("--layers: is for networks without a lesson, and " + flags.train.file +
                " has one; leave one of them out");
}

std::string name_of_lesson(const SweepFlags& flags) {
  if (!is_network(flags)) return find_lesson(flags.train.file).stem().string();
  return fmt::format("networks on {}", flags.train.network.data.value_or("mnist"));
}

std::optional<int> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text != nullptr ? number_in_text<int>(text) : std::nullopt;
}

int cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace

Flags sweep_flags(SweepFlags& to) {
  Flags flags{
      {"[FILE]", &to.train.file,
       "a lesson with a train line: a file, or a shipped lesson by its name", LessonName{}},
      {"--set", &to.set,
       "values of an option: lr=0.2,0.02  'W1=kaiming,xavier'  activation=relu,tanh  h=10..50 step "
       "10  'lr=log(1e-4,1e-1,7)'",
       Anything{"NAME=V,V,..."}},
      {"--seeds", &to.seeds, "runs of every setting, each with the next seed (6 or more tell)",
       Between{1, 10'000, "N"}},
      {"--zip", &to.zip, "the first values together, the second ones ...: not each with each"},
      {"--random", &to.random, "so many of the combinations, at random", Positive{"N"}},
      {"--halving", &to.halving,
       "all settings for a few epochs, the best third of them for three times as many ..."},
      {"--cv", &to.folds, "cross-validation: so many folds, every class in each",
       Between{2, 1000, "K"}},
      {"--baseline", &to.baseline, "the setting that all are compared with: lr=0.02",
       Anything{"NAME=V,..."}},
      {"--score", &to.score, "accuracy (classes), f1, loss (numbers) or r2",
       OneOf{{"accuracy", "f1", "loss", "r2"}}},
      {"--score-on", &to.score_on, "validation; test: then nothing is left to judge the best by",
       OneOf{{"validation", "test"}}}};
  Flags how{
      {"--jobs,-j", &to.jobs, "runs at the same time (default: all cores)", Between{1, 1024, "N"}},
      {"--threads", &to.threads, "of each run (default 1, more where there are few runs)",
       Between{1, 1024, "N"}},
      {"--dtype", &to.train.dtype, "float32 (default) or float64", OneOf{{"float32", "float64"}}},
      mistake_flag(to.train.mistake),
      {"--dry-run", &to.dry_run, "show what would be run and about how long it takes, and stop"},
      {"--out", &to.out, "the folder of the results (default: sweep-NAME)", Anything{"FOLDER"}},
      {"--resume", &to.resume, "go on with the sweep in that folder: what is missing"},
      {.name = "--shard",
       .into = &to.shard,
       .says =
           "of the runs every N-th, from K on: for N processes with one folder, or with folders "
           "whose runs.csv are put together",
       .value = Anything{"K/N"},
       .excludes = "--halving"},
      {"--note", &to.notes, "to be said under the table, as what others found", Anything{"TEXT"}},
      {"--config", &to.train.config,
       "a .toml or .json file of these flags, or of scikit-learn's options and their values (also "
       "in place of FILE)",
       Anything{"FILE"}},
      {"--report", &to.report, "the page as a file too: .html, .md, .tex, .txt or .json",
       Anything{"FILE"}},
      {"--quiet,-q", &to.quiet, "no progress"},
      page_format_flag(to.output, {"json"}),
      width_flag(to.output),
      colour_flag(to.output)};
  flags += grouped_as("How it is run", std::move(how));
  Flags networks = network_flags(to.train.network);
  std::erase_if(networks, [](const Flag& flag) { return flag.is_called("--layers"); });
  flags +=
      grouped_as("Networks without a lesson",
                 {{"--layers", &to.layers, "units of every layer; several times: each is tried",
                   Anything{"N,N,..."}}});
  flags += grouped_as("Networks without a lesson", std::move(networks));
  return flags += training_flags(to.train.training);
}

namespace {

void add_sklearn(const SweepFlags& flags, SweepRequest& request) {
  SklearnGrid grid = sklearn_grid(flags.train.config, request.combination);
  const auto lessons = std::make_shared<SklearnLessons>(flags.train, grid, request.folds);
  request.options = grid.options;
  request.settings = grid.candidates;
  if (!request.first_seed) request.first_seed = grid.seed();
  request.lesson_of = [lessons, grid = std::move(grid)](const Candidate& candidate,
                                                        std::vector<std::string>* left_out) {
    return lessons->lesson_of(grid.values_of(candidate), left_out);
  };
  request.differences = [lessons] { return lessons->differences(); };
}

}  // namespace

SweepRequest sweep_request(const SweepFlags& flags) {
  const bool sklearn = has_sklearn_config(flags.train);
  require_lesson(flags, sklearn);
  SweepRequest request;
  request.name = name_of_lesson(flags);
  request.combination = {flags.zip, flags.random, flags.train.training.seed.value_or(0)};
  request.first_seed = flags.train.training.seed;
  request.seeds = flags.seeds;
  request.folds = flags.folds.value_or(0);
  constexpr int one_of = 3;  // scikit-learn's factor
  request.halving = flags.halving ? one_of : 0;
  request.dtype = flags.train.dtype == "float64" ? Dtype::float64 : Dtype::float32;
  if (!flags.score.empty()) {
    for (const Score::Kind kind :
         {Score::Kind::accuracy, Score::Kind::f1, Score::Kind::loss, Score::Kind::r2}) {
      if (name_of(kind) == flags.score) request.score = kind;
    }
  }
  request.on_test = flags.score_on == "test";
  request.version = TRACER_VERSION;
  request.notes = flags.notes;
  request.mistake = flags.train.mistake;
  request.planted = planted_by(flags.train.mistake);
  if (sklearn) {
    add_sklearn(flags, request);
  } else if (request.options = options_of(flags); is_network(flags)) {
    request.lesson_of = [flags, options = request.options](const Candidate& candidate,
                                                           std::vector<std::string>* left_out) {
      return network_of(flags, options, candidate, left_out);
    };
  } else {
    const auto lesson = std::make_shared<Adjustable>(training_lesson(flags.train));
    request.lesson_of = [lesson, options = request.options](const Candidate& candidate,
                                                            std::vector<std::string>* left_out) {
      LessonSettings settings;
      for (std::size_t k = 0; k < options.size(); ++k)
        settings.emplace_back(options[k].name, candidate[k]);
      return lesson->with(settings, left_out);
    };
  }
  const std::size_t candidates = sklearn
                                     ? request.settings.size()
                                     : candidates_of(request.options, request.combination).size();
  const auto runs = static_cast<int>(
      std::min<std::size_t>(candidates * static_cast<std::size_t>(request.seeds) *
                                static_cast<std::size_t>(std::max(request.folds, 1)),
                            1'000'000));
  request.threads = flags.threads.value_or(std::max(1, cores() / std::max(runs, 1)));
  return request;
}

Shard shard_of(const std::string& text) {
  if (text.empty()) {
    const std::pair<const char*, const char*> variables[]{
        {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
        {"PMI_RANK", "PMI_SIZE"},
        {"SLURM_PROCID", "SLURM_NTASKS"}};
    for (const auto& [rank, size] : variables) {
      const auto number = number_in(rank);
      const auto of = number_in(size);
      if (number && of && *of > 1 && *number >= 0 && *number < *of) return {*number + 1, *of};
    }
    return {};
  }
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view all(text);
  const auto number = number_in_text<int>(all.substr(0, slash));
  const auto of = number_in_text<int>(all.substr(std::min(slash + 1, all.size())));
  if (!number || !of || *number < 1 || *number > *of) {
    throw Error(
        fmt::format("--shard {}: expected the number of this process and how many there "
                    "are, from 1/8 to 8/8",
                    text));
  }
  return {*number, *of};
}

int jobs_of(const SweepFlags& flags, const SweepPlan& plan) {
  return flags.jobs.value_or(std::max(1, cores() / plan.threads));
}

}  // namespace tracer::cli
