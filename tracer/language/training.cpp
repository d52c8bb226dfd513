#include "tracer/language/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tracer/language/constants.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer {
namespace {

using namespace ast;

// the last two are scikit-learn's words
constexpr std::array<std::string_view, 21> options{
    "batch_size", "epochs",       "shuffle",         "validation", "test",           "stratify",
    "schedule",   "warmup",       "clip_norm",       "clip_value", "early_stopping", "patience",
    "min_delta",  "restore_best", "monitor",         "split_seed", "folds",          "fold",
    "train_size", "tol",          "n_iter_no_change"};

class TrainingReader {
 public:
  TrainingReader(const Names& names, const Program& program, const Train& train,
                 Diagnostics& diagnostics)
      : names_(names),
        program_(program),
        train_(train),
        diagnostics_(diagnostics),
        samples_(program.data ? program.data->count : 1) {}

  Training run() {
    made_.loss = train_.loss.text;
    made_.optimizer = read_optimizer(names_, train_);
    if (is_lbfgs()) made_.batch_size = 0;
    for (const Keyword& keyword : train_.options) {
      const std::string name = own_training_word(keyword.name.text);
      if (!given_.emplace(name, keyword.name.span).second)
        throw BadStatement{keyword.name.span, name + " is given twice"};
      option(name, keyword);
    }
    check_together();
    return std::move(made_);
  }

 private:
  bool is_lbfgs() const { return made_.optimizer.searches(); }

  void option(const std::string& name, const Keyword& keyword) {
    const ExprId value = keyword.value;
    if (name == "batch_size") {
      batch_size(value);
    } else if (name == "epochs") {
      made_.epochs = whole_number(names_, value, "epochs", 1);
    } else if (name == "shuffle") {
      made_.shuffle = truth(name, value);
    } else if (name == "validation") {
      made_.validation = share(name, value);
    } else if (name == "test") {
      made_.test = share(name, value);
    } else if (name == "stratify") {
      made_.stratify = truth(name, value);
    } else if (name == "schedule") {
      const int warmup = made_.schedule.warmup;
      made_.schedule = read_schedule(names_, value);
      made_.schedule.warmup = warmup;
    } else if (name == "warmup") {
      made_.schedule.warmup = whole_number(names_, value, "warmup, a number of epochs,", 0);
    } else if (name == "clip_norm") {
      made_.clip_norm = positive(name, value);
    } else if (name == "clip_value") {
      made_.clip_value = positive(name, value);
    } else if (name == "early_stopping") {
      made_.early_stopping = truth(name, value);
    } else if (name == "patience") {
      made_.patience = whole_number(names_, value, "patience, a number of epochs,", 1);
    } else if (name == "min_delta") {
      made_.min_delta = number(names_, value);
      if (made_.min_delta < 0)
        throw BadStatement{names_.span(value),
                           fmt::format("{} must not be negative", keyword.name.text)};
    } else if (name == "monitor") {
      monitor(value);
    } else if (name == "split_seed") {
      made_.split_seed = static_cast<unsigned>(whole_number(names_, value, "split_seed", 0));
    } else if (name == "folds") {
      made_.folds = folds(value);
    } else if (name == "fold") {
      made_.fold = whole_number(names_, value, "fold, which of the folds is held out,", 1);
    } else if (name == "train_size") {
      made_.train_size = positive(name, value);
    } else if (name == "restore_best") {
      made_.restore_best = truth(name, value);
    } else {
      fail_unknown(keyword);
    }
  }

  // monitor="accuracy", and Keras's "val_accuracy"
  void monitor(ExprId id) {
    constexpr std::array<std::string_view, 3> words{"loss", "accuracy", "f1"};
    const auto* text = names_.as<String>(id);
    const auto* bare = names_.as<Name>(id);
    std::string_view word = text != nullptr ? std::string_view(text->text) : "";
    if (bare != nullptr) word = bare->text;
    if (word.starts_with("val_")) word.remove_prefix(4);
    if (word == "acc") word = "accuracy";
    const auto at = std::ranges::find(words, word);
    if (at == words.end()) {
      throw BadStatement{names_.span(id), "there is nothing of that name to monitor",
                         "write monitor=\"loss\", \"accuracy\" or \"f1\""};
    }
    made_.monitor = static_cast<Training::Monitor>(at - words.begin());
  }

  [[noreturn]] void fail_unknown(const Keyword& keyword) const {
    const std::string& name = keyword.name.text;
    const std::string message = "train has no option " + name;
    if (name == "learning_rate" || is_of_some_optimizer(name)) {
      throw BadStatement{keyword.name.span, message,
                         fmt::format("it is a setting of the optimizer: {}({}={})",
                                     made_.optimizer.name, name, names_.text(keyword.value))};
    }
    throw BadStatement{
        keyword.name.span, message,
        suggested(name, options, fmt::format("there are {}", fmt::join(training_options(), ", ")))};
  }

  bool truth(const std::string& name, ExprId id) const {
    const auto* truth = names_.as<Truth>(id);
    if (truth == nullptr) throw BadStatement{names_.span(id), name + " is true or false"};
    return truth->value;
  }

  Rational positive(std::string_view name, ExprId id) const {
    Rational value = number(names_, id);
    if (value <= 0)
      throw BadStatement{names_.span(id),
                         fmt::format("{} must be above 0, not {}", name, to_string(value))};
    return value;
  }

  Rational share(std::string_view name, ExprId id) const {
    const std::string what = name == "test" ? "testing" : "validation";
    Rational value = number(names_, id);
    if (value <= 0 || value >= 1) {
      throw BadStatement{names_.span(id),
                         fmt::format("the share held out for {} is {}", what, to_string(value)),
                         fmt::format("it must be above 0 and below 1, e.g. {}=0.1", name)};
    }
    require_data(id, fmt::format("a share for {}", what));
    if (name == "test" ? program_.test : program_.validation) {
      throw BadStatement{
          names_.span(id),
          fmt::format("there are {} data already: the {} statement has them", name, name),
          "leave one of the two out"};
    }
    return value;
  }

  void require_data(ExprId id, const std::string& what) const {
    if (program_.data) return;
    if (first_of<Data>(names_.lesson) != nullptr) throw Broken{};  // its mistake has been reported
    throw BadStatement{names_.span(id), fmt::format("there are no data to hold {} out of", what),
                       "add data X, Y = ... above"};
  }

  int folds(ExprId id) const {
    const int count = whole_number(names_, id, "folds, the parts of a cross-validation,", 2);
    require_data(id, "a fold");
    if (program_.validation) {
      throw BadStatement{names_.span(id),
                         "there are validation data already: the validation statement has them",
                         "leave one of the two out"};
    }
    return count;
  }

  void batch_size(ExprId id) {
    const auto* word = names_.as<Name>(id);
    if (word != nullptr && word->text == "all") {
      made_.batch_size = 0;
      return;
    }
    made_.batch_size = whole_number(names_, id, "batch_size", 1);
    if (is_lbfgs() && made_.batch_size < samples_) {
      throw BadStatement{names_.span(id), "lbfgs needs all samples in every step",
                         "write batch_size=all, or take adam"};
    }
    if (made_.batch_size <= samples_) return;
    diagnostics_.remark(
        names_.span(id),
        fmt::format("a batch of {} is larger than the data: there {} {} {}", made_.batch_size,
                    samples_ == 1 ? "is" : "are", samples_, samples_ == 1 ? "sample" : "samples"),
        "every step takes all of them, as batch_size=all does");
    made_.batch_size = samples_;
  }

  // ---- what the options are to each other

  void check_together() {
    const Training& t = made_;
    if (t.validation && t.test && *t.validation + *t.test >= 1) {
      throw BadStatement{given_.at("test"),
                         fmt::format("validation={} and test={} leave no samples to train on",
                                     to_string(*t.validation), to_string(*t.test)),
                         "together they must be below 1"};
    }
    if (t.folds > 0 && t.validation) {
      throw BadStatement{given_.at("folds"), "folds and validation both hold samples out",
                         "leave one of the two out"};
    }
    if (const auto fold = given_.find("fold"); fold != given_.end()) {
      if (t.folds == 0)
        throw BadStatement{fold->second,
                           "fold says which of the folds is held out, but there are none",
                           "add folds=5"};
      if (t.fold > t.folds)
        throw BadStatement{fold->second,
                           fmt::format("there is no fold {}: there are {}", t.fold, t.folds),
                           "folds count from 1"};
    }
    if (!t.early_stopping) {
      for (const char* name : {"patience", "min_delta"})
        remark(name, fmt::format("{} has no effect without early stopping", name),
               "add early_stopping=true");
    }
    if (!t.holds_out())
      remark("split_seed", "split_seed has no effect where nothing is held out",
             "add validation=0.1");
    if (t.early_stopping && t.patience >= t.epochs) {
      remark(
          "patience",
          fmt::format("a patience of {} epochs never ends a training of {}", t.patience, t.epochs),
          "allow more epochs, or less patience");
    }
    if (t.schedule.warmup > t.epochs) {
      remark("warmup",
             fmt::format("the training ends before its warm-up does: {} epochs of {}", t.epochs,
                         t.schedule.warmup),
             "warmup counts epochs");
    }
    if (!is_lbfgs()) return;
    for (const char* name : {"schedule", "warmup", "clip_norm", "clip_value"}) {
      remark(name, fmt::format("{} has no effect on lbfgs, which searches its own step", name),
             "leave it out, or take adam");
    }
    made_.schedule = {};
    made_.clip_norm.reset();
    made_.clip_value.reset();
  }

  // of an option that was given
  void remark(const std::string& option, std::string message, std::string remedy) {
    const auto given = given_.find(option);
    if (given != given_.end())
      diagnostics_.remark(given->second, std::move(message), std::move(remedy));
  }

  const Names& names_;
  const Program& program_;
  const Train& train_;
  Diagnostics& diagnostics_;
  int samples_;
  Training made_;
  std::map<std::string, Span> given_;
};

}  // namespace

std::span<const std::string_view> training_options() {
  return std::span(options).first(options.size() - 2);
}

std::string own_training_word(const std::string& name) {
  if (name == "tol") return "min_delta";
  if (name == "n_iter_no_change") return "patience";
  if (name == "validation_fraction" || name == "validation_split") return "validation";
  return name;
}

bool takes(const OptimizerHelp& rule, std::string_view name) {
  return std::ranges::find(rule.settings, name, &Setting::name) != rule.settings.end() ||
         std::ranges::find(rule.flags, name, &Flag::name) != rule.flags.end();
}

bool is_of_some_optimizer(std::string_view name) {
  return std::ranges::any_of(Optimizer::all(),
                             [&](const OptimizerHelp& rule) { return takes(rule, name); });
}

Training read_training(const Names& names, const Program& program, const Train& train,
                       Diagnostics& diagnostics) {
  return TrainingReader(names, program, train, diagnostics).run();
}

}  // namespace tracer
