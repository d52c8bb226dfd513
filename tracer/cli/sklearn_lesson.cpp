#include "tracer/cli/sklearn_lesson.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/config_file.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/symbol/operation.hpp"
#include "tracer/train/network_data.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {
namespace {

// scikit-learn's word for an activation in the words of a lesson; one that is not known stays, and
// reading the lesson will say so.
std::string own_activation(const std::string& word) {
  for (const Operation* operation : op::operations()) {
    if (operation->hidden == nullptr) continue;
    if (operation->call == word ||
        std::ranges::find(operation->words, word) != operation->words.end())
      return std::string(operation->call);
  }
  return word;
}

// "(64, 32)" as layers: "784,64,32,10"
std::string layers_text(std::string sizes, int inputs, int outputs) {
  std::erase_if(sizes, [](char c) { return c == '(' || c == ')' || c == ' '; });
  if (sizes.ends_with(',')) sizes.pop_back();
  return fmt::format("{},{},{}", inputs, sizes, outputs);
}

void set(LessonSettings& settings, const std::string& name, std::string value) {
  const auto at = std::ranges::find(settings, name, [](const auto& one) { return one.first; });
  if (at != settings.end()) {
    at->second = std::move(value);
  } else {
    settings.emplace_back(name, std::move(value));
  }
}

}  // namespace

SklearnLessons::SklearnLessons(TrainFlags flags, const SklearnGrid& grid, int folds)
    : flags_(std::move(flags)),
      place_("--config " + flags_.config),
      folds_(folds),
      is_network_(flags_.file.empty()) {
  flags_.config.clear();  // it is read
  if (!is_network_ && grid.has("hidden_layer_sizes")) {
    throw Error(
        fmt::format("{}: hidden_layer_sizes: {} has layers of its own; leave the one or the "
                    "other out",
                    place_, flags_.file));
  }
  if (is_network_) {
    if (flags_.network.layers) {
      throw Error(
          fmt::format("--layers: {} has scikit-learn's options, whose hidden_layer_sizes are "
                      "the layers between the data's inputs and classes; leave --layers out",
                      place_));
    }
    NetworkOptions data;
    if (flags_.network.data) data.data = *flags_.network.data;
    data.n = flags_.network.n;
    data.validation = flags_.training.validation;
    data.test = flags_.training.test;
    if (flags_.network.validation_data) data.validation_data = *flags_.network.validation_data;
    if (flags_.network.test_data) data.test_data = *flags_.network.test_data;
    const NetworkData seen = network_data(data);
    inputs_ = seen.inputs;
    outputs_ = seen.outputs;
  }
  Source first =
      is_network_ ? network({{"hidden_layer_sizes", "(1,)"}}, "") : training_lesson(flags_);
  if (!is_network_) {
    lesson_.emplace(first);
    Diagnostics none;
    for (const ast::Statement& statement : parse(first, none).statements) {
      const auto* let = std::get_if<ast::Let>(&statement);
      has_alpha_ = has_alpha_ || (let != nullptr && let->name.text == "alpha");
    }
  }
  if (folds_ > 0) {
    first = with_training(Adjustable(first).without("validation"),
                          {{"folds", std::to_string(folds_)}, {"fold", "1"}});
  }
  const Program program = load_program(first);
  samples_ = part_samples(program, Part::train).count();
  holds_out_ = part_samples(program, Part::validation).count() > 0;
  has_classes_ = decision_of(program).task != Task::numbers;
  usual_solver_ = is_network_ ? std::string(sklearn_option("solver")->standard)
                              : program.training->optimizer.name;
}

void SklearnLessons::fail(std::string_view name, const std::string& why) const {
  throw Error(fmt::format("{}: {}: {}", place_, name, why));
}

void SklearnLessons::differs(std::string text) {
  if (std::ranges::find(differences_, text) == differences_.end())
    differences_.push_back(std::move(text));
}

// What the dictionary says; of a network else scikit-learn's default.
std::optional<std::string> SklearnLessons::value(const SklearnValues& values,
                                                 std::string_view name) const {
  if (name == "solver" && flags_.training.optimizer) return flags_.training.optimizer;
  if (name == "batch_size" && flags_.training.batch_size) return flags_.training.batch_size;
  if (const auto at = values.find(name); at != values.end()) return at->second;
  const std::string_view standard = sklearn_option(name)->standard;
  if (!is_network_ || standard.empty()) return std::nullopt;
  return std::string(standard);
}

Source SklearnLessons::network(const SklearnValues& values, const std::string& penalty) {
  const std::string layers = layers_text(*value(values, "hidden_layer_sizes"), inputs_, outputs_);
  const std::string key = layers + " " + penalty;  // all else is the same for all
  if (const auto at = networks_.find(key); at != networks_.end()) return at->second;
  TrainFlags network = flags_;
  network.network.layers = layers;
  if (!network.network.init) network.network.init = "xavier";
  if (!network.network.l2 && !penalty.empty()) network.network.l2 = penalty;
  NetworkOptions options = network_options(network);
  options.command = fmt::format("tracer train {}", place_);
  const Source written("(the lesson of these options)", tracer::lesson_of(options));
  return networks_.emplace(key, written).first->second;
}

// scikit-learn adds alpha/2 Σ W² / (samples of the batch) to the mean loss of a batch: as the λ of
// λ/2 Σ W².
std::string SklearnLessons::penalty(const SklearnValues& values, const std::string& solver) {
  const std::string alpha = value(values, "alpha").value_or("0");
  if (alpha.find_first_not_of("0.") == std::string::npos) return "";
  if (alpha.starts_with('-'))
    fail("alpha", fmt::format("expected a number from 0 on, got {}", alpha));
  const bool searches = solver == "lbfgs";
  const std::string batch =
      searches ? "all" : std::string(value(values, "batch_size").value_or("auto"));
  int size = samples_;
  if (batch == "auto") {
    size = std::min(200, samples_);
  } else if (batch != "all") {
    size = std::min(std::atoi(batch.c_str()), samples_);
  }
  if (size < 1)
    fail("batch_size", fmt::format("expected a whole number from 1 on, or auto; got {}", batch));
  if (samples_ % size != 0) {
    differs(
        "alpha: scikit-learn divides it by the samples of each batch, tracer by batch_size: of an "
        "epoch's last batch, which is smaller, the penalty is smaller here");
  }
  return fmt::format("{}/{}", alpha, size);
}

LessonSettings SklearnLessons::settings_of(const SklearnValues& values,
                                           std::vector<std::string>* left_out) {
  LessonSettings settings;
  const auto given = [&](std::string_view name) { return value(values, name); };
  const auto take = [&](std::string_view name, const std::string& own) {
    if (const auto text = given(name)) set(settings, own, *text);
  };
  const auto skip = [&](std::string_view name) {
    if (left_out != nullptr && values.contains(name)) left_out->emplace_back(name);
  };
  const std::string solver = given("solver").value_or(usual_solver_);
  const bool is_known = solver == "sgd" || solver == "adam" || solver == "lbfgs";
  if (values.contains("solver") && !flags_.training.optimizer && !is_known)
    fail("solver", fmt::format("scikit-learn has lbfgs, sgd and adam, not {}; --optimizer takes "
                               "tracer's others",
                               solver));
  const bool searches = solver == "lbfgs";
  const bool has_momentum = solver == "sgd" || !is_known;
  const bool is_adam = solver == "adam" || !is_known;
  take("solver", "optimizer");
  if (const auto activation = given("activation"); activation && !activation->empty())
    set(settings, "activation", own_activation(*activation));

  for (const char* name : {"learning_rate_init", "batch_size", "shuffle"}) {
    if (searches) skip(name);
  }
  if (!searches) {
    take("learning_rate_init", "lr");
    take("shuffle", "shuffle");
    if (const auto batch = given("batch_size")) {
      const bool is_auto = *batch == "auto";
      set(settings, "batch_size", is_auto ? std::to_string(std::min(200, samples_)) : *batch);
    }
  }
  if (searches) {
    // one epoch is one search, of so many iterations
    if (const auto iterations = given("max_iter")) {
      set(settings, "epochs", "1");
      set(settings, "max_iter", *iterations);
    }
    take("tol", "tolerance");
    if (given("tol")) {
      differs(
          "tol with lbfgs: scikit-learn compares the largest entry of the gradient with it, tracer "
          "the gradient's norm; scikit-learn ends, too, where an iteration lowers the loss by less "
          "than 2.2e-9 of it, tracer by less than 1e-9");
    }
    if (const auto most = given("max_fun");
        most && *most != sklearn_option("max_fun")->standard && values.contains("max_fun"))
      fail("max_fun",
           "tracer does not count the evaluations of a search; bound its iterations, max_iter, and "
           "leave max_fun out");
  } else {
    take("max_iter", "epochs");
    skip("max_fun");
  }

  if (has_momentum) {
    take("momentum", "momentum");
    const auto momentum = given("momentum");
    const bool has_some = !momentum || momentum->find_first_not_of("0.") != std::string::npos;
    if (has_some) take("nesterovs_momentum", "nesterov");
  } else {
    skip("momentum");
    skip("nesterovs_momentum");
  }
  const std::string schedule = given("learning_rate").value_or("");
  if (!has_momentum) {
    skip("learning_rate");
  } else if (schedule == "adaptive") {
    const int patience = std::atoi(given("n_iter_no_change").value_or("10").c_str());
    set(settings, "schedule", fmt::format("reduce_on_plateau(factor=0.2, patience={})", patience));
    differs(
        "learning_rate=adaptive: scikit-learn divides the rate by 5 where the training loss has "
        "not "
        "become lower by tol, and ends below 1e-6; tracer where what is watched has not become "
        "lower by a ten thousandth, and goes on");
  } else if (schedule == "constant") {
    set(settings, "schedule", schedule);
  } else if (!schedule.empty()) {
    fail("learning_rate",
         fmt::format("tracer has no {}; take constant or adaptive, or leave it out and take a "
                     "schedule of tracer's, --schedule 'exponential(gamma=0.95)'",
                     schedule));
  }
  skip("power_t");  // of invscaling alone
  for (const auto& [name, own] :
       {std::pair{"beta_1", "beta1"}, std::pair{"beta_2", "beta2"}, std::pair{"epsilon", "eps"}}) {
    if (is_adam) {
      take(name, own);
    } else {
      skip(name);
    }
  }
  if (is_adam && values.contains("epsilon")) {
    differs(
        "epsilon: scikit-learn adds it to the root before that is freed of its bias, tracer (as "
        "PyTorch) after: in the first steps it counts less here");
  }
  add_stopping(values, searches, settings);
  if (given("warm_start") == "true")
    fail("warm_start",
         "every run begins anew; tracer train --resume goes on with a training that was "
         "kept by --checkpoint");
  return settings;
}

void SklearnLessons::add_stopping(const SklearnValues& values, bool searches,
                                  LessonSettings& settings) {
  if (searches) return;  // scikit-learn ends a search by tol alone
  const auto given = [&](std::string_view name) { return value(values, name); };
  const bool is_early = given("early_stopping") == "true";
  const bool says_when = given("tol") || given("n_iter_no_change");
  if (!is_early && !is_network_ && !says_when) {
    if (values.contains("early_stopping")) set(settings, "early_stopping", "false");
    return;
  }
  const auto wait = [&] {
    set(settings, "early_stopping", "true");
    if (const auto tol = given("tol")) set(settings, "min_delta", *tol);
    // it ends when more epochs than these were no better
    if (const auto epochs = given("n_iter_no_change"))
      set(settings, "patience", std::to_string(std::atoi(epochs->c_str()) + 1));
  };
  if (is_early) {
    wait();
    set(settings, "restore_best", "true");
    set(settings, "monitor", has_classes_ ? "\"accuracy\"" : "\"loss\"");
    if (!has_classes_)
      differs(
          "early_stopping: scikit-learn watches R², tracer the loss, of which tol is said, too");
    if (holds_out_) {
      differs(
          "early_stopping: scikit-learn holds validation_fraction of what it trains on out, to "
          "watch it; tracer watches what is held out for the score already, which makes the scores "
          "a little too good");
    } else {
      set(settings, "validation", given("validation_fraction").value_or("0.1"));
    }
    return;
  }
  set(settings, "restore_best", "false");
  if (!holds_out_) {
    wait();
    return;
  }
  set(settings, "early_stopping", "false");
  differs(
      "tol, n_iter_no_change: scikit-learn ends when the training loss has not become lower by tol "
      "for n_iter_no_change epochs; tracer would go by what is held out, so it trains all max_iter "
      "epochs");
}

Source SklearnLessons::lesson_of(const SklearnValues& values, std::vector<std::string>* left_out) {
  LessonSettings settings = settings_of(values, left_out);
  const std::string solver = value(values, "solver").value_or(usual_solver_);
  for (const auto& [name, value] : training_settings(flags_.training)) set(settings, name, value);
  if (is_network_) {
    differs(
        "first weights: scikit-learn draws weights and biases evenly from ±√(6/(inputs + outputs)) "
        "of a layer (2 in place of 6 with logistic); tracer draws the weights so (xavier), begins "
        "with biases 0, and has other random numbers for the same seed");
    if (!has_classes_) {
      differs(
          "loss: scikit-learn's is half the mean of the squares, tracer's the mean: gradients are "
          "twice as large (sgd: halve learning_rate_init), and alpha counts half as much");
    }
    const Source written = network(values, penalty(values, solver));
    if (flags_.network.activation)
      std::erase_if(settings, [](const auto& one) { return one.first == "activation"; });
    return Adjustable(written).with(settings);
  }
  if (const auto alpha = value(values, "alpha")) {
    if (has_alpha_) {
      set(settings, "alpha", *alpha);
    } else if (alpha->find_first_not_of("0.") != std::string::npos) {
      fail(
          "alpha",
          fmt::format("{} has no constant of that name, and only its text can say what is added to "
                      "the loss: write let alpha = {}, and + alpha/2*sum(W1**2)/m in the loss for "
                      "batches of m; or leave alpha out",
                      lesson_->source().name(), *alpha));
    }
  }
  return lesson_->with(settings, left_out);
}

bool has_sklearn_config(const TrainFlags& flags) {
  return !flags.config.empty() && is_sklearn(read_config(flags.config));
}

Source sklearn_training_lesson(const TrainFlags& flags) {
  SklearnGrid grid = sklearn_grid(flags.config, {});
  if (grid.candidates.size() != 1) {
    throw Error(
        fmt::format("--config {}: {} has several values, and train takes one of each; "
                    "tracer sweep tries them all",
                    flags.config, grid.options.front().name));
  }
  TrainFlags seeded = flags;
  if (!seeded.training.seed) seeded.training.seed = grid.seed();
  SklearnLessons lessons(seeded, grid, 0);
  Source lesson = lessons.lesson_of(grid.values_of(grid.candidates.front()));
  for (const std::string& text : lessons.differences()) remark(text);
  return lesson;
}

}  // namespace tracer::cli
