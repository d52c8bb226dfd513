// See network.hpp. The words are settled first, then the data are looked at, then the text written.
#include "tracer/train/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>

#include "tracer/error.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/program.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/optimize/lbfgs.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/symbol/operation.hpp"
#include "tracer/train/network_data.hpp"

namespace tracer {
namespace {

// What a word of PyTorch's or scikit-learn's stands for here; words are compared without case,
// spaces, - and _.
struct Synonym {
  std::string word;
  std::string_view own;
};

std::string plain(std::string_view word) {
  std::string letters;
  for (const char c : word) {
    if (c != '_' && c != '-' && c != ' ')
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters;
}

std::vector<Synonym> initialiser_words() {
  std::vector<Synonym> known;
  for (const char* own : {"kaiming", "kaiming_normal", "kaiming_uniform", "xavier", "xavier_normal",
                          "xavier_uniform", "normal", "uniform", "zeros", "ones"})
    known.push_back({plain(own), own});
  known.insert(known.end(), {{"he", "kaiming"},
                             {"henormal", "kaiming_normal"},
                             {"heuniform", "kaiming_uniform"},
                             {"glorot", "xavier_uniform"},
                             {"glorotnormal", "xavier_normal"},
                             {"glorotuniform", "xavier_uniform"}});
  return known;
}

// The words for operations that may be chosen.
std::vector<Synonym> words_of(bool (*may_be_chosen)(const Operation&)) {
  std::vector<Synonym> known;
  for (const Operation* operation : op::operations()) {
    if (!may_be_chosen(*operation)) continue;
    known.push_back({plain(operation->call), operation->call});
    for (const std::string_view word : operation->other_names)
      known.push_back({plain(word), operation->call});
    for (const std::string_view word : operation->words)
      known.push_back({std::string(word), operation->call});
  }
  return known;
}

std::string own_word(const std::vector<Synonym>& known, const std::string& word,
                     std::string_view what) {
  const std::string letters = plain(word);
  std::vector<std::string_view> words;
  for (const Synonym& synonym : known) {
    if (synonym.word == letters) return std::string(synonym.own);
    if (std::ranges::find(words, synonym.own) == words.end()) words.push_back(synonym.own);
  }
  throw Error(fmt::format("there is no {} called '{}': {}", what, word, suggested(word, words)));
}

const Operation& called(std::string_view call) { return *operations_called(call).front(); }

constexpr std::string_view absolute_error = "l1";  // its mean is no operation of its own

std::vector<Synonym> loss_words() {
  std::vector<Synonym> known =
      words_of([](const Operation& o) { return o.loss != nullptr && o.loss->is_choice; });
  known.push_back({"logloss", "log_loss"});  // scikit-learn's, for both
  for (const char* word : {"l1", "l1loss", "mae", "absoluteerror"})
    known.push_back({word, absolute_error});
  return known;
}

// The first loss that asks that of an output, for two classes or not.
const Operation& usual_loss(Takes takes, bool two_classes) {
  const auto found = std::ranges::find_if(op::operations(), [&](const Operation* o) {
    return o->loss != nullptr && o->loss->is_choice && o->takes == takes &&
           o->loss->threshold.has_value() == two_classes;
  });
  return **found;
}

class Writer {
 public:
  explicit Writer(const NetworkOptions& options) : options_(options) {}

  std::string run() {
    settle();
    head();
    parameters();
    data();
    lines();
    training();
    return std::move(text_);
  }

 private:
  std::size_t depth() const { return options_.layers.size() - 1; }  // of weight matrices

  template <class... Arguments>
  void line(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }

  void settle() {
    if (options_.layers.size() < 2) {
      throw Error(
          "--layers: a network has at least two sizes, inputs and outputs: write --layers "
          "784,128,64,10");
    }
    for (const int units : options_.layers) {
      if (units < 1) throw Error(fmt::format("--layers: a layer of {} units; at least 1", units));
    }
    activation_ = own_word(words_of([](const Operation& o) { return o.hidden != nullptr; }),
                           options_.activation, "activation");
    data_ = network_data(options_);
    wanted_loss_ = options_.loss.empty() ? "" : own_word(loss_words(), options_.loss, "loss");
    const bool has_unit_a_label =
        options_.layers.back() > 1 && options_.layers.back() == data_.label_count;
    if (has_unit_a_label || is_loss_of_classes(wanted_loss_)) data_.take_labels_for_classes();
    if (options_.layers.front() != data_.inputs) {
      throw Error(
          fmt::format("--layers: the first layer has {} units, but {} has {} entries a "
                      "sample; begin with {}",
                      options_.layers.front(), data_.name, data_.inputs, data_.inputs));
    }
    if (options_.layers.back() != data_.outputs) {
      throw Error(fmt::format("--layers: the last layer has {} units, but {}; end with {}",
                              options_.layers.back(), data_.outputs_text(), data_.outputs));
    }
    settle_loss();
    settle_class_weights();
    settle_initialiser();
    for (const Operation* operation : op::operations()) {
      if (operation->layer == nullptr) continue;
      const auto wanted = options_.beside.find(operation->layer->flag);
      if (wanted != options_.beside.end()) layers_.emplace_back(operation, wanted->second);
    }
    if (options_.patience && !options_.early_stopping)
      throw Error("--patience says when early stopping stops: add --early-stopping");
  }

  static bool is_loss_of_classes(const std::string& word) {
    if (word.empty() || word == absolute_error) return false;
    return word == "log_loss" || called(word).loss->targets == Loss::Targets::shares;
  }

  void settle_loss() {
    const bool one = data_.task == Task::two_classes;
    const bool numbers = data_.task == Task::numbers;
    const Operation& of_two = usual_loss(Takes::probabilities, true);
    const Operation& of_many = usual_loss(Takes::probabilities, false);
    const Operation& usual = numbers ? usual_loss(Takes::anything, false) : one ? of_two : of_many;
    loss_ = wanted_loss_.empty() ? std::string(usual.call) : wanted_loss_;
    if (loss_ == "log_loss") loss_ = (one ? of_two : of_many).call;
    const bool of_classes = loss_ != absolute_error && called(loss_).takes == Takes::probabilities;
    if (of_classes && numbers) {
      throw Error(fmt::format("--loss {}: the targets of {} are numbers, not classes; use {}",
                              options_.loss, data_.name, usual.call));
    }
    if (one && of_classes && !called(loss_).loss->threshold) loss_ = of_two.call;
    if (of_classes && !one && called(loss_).loss->threshold) {
      throw Error(fmt::format("--loss {}: {} has {} classes, and {} tells two apart; use {}",
                              options_.loss, data_.name, data_.outputs, loss_, of_many.call));
    }
    const OutputPair* pair = loss_ == absolute_error ? nullptr : called(loss_).output;
    if (pair == nullptr && !numbers) pair = of_two.output;
    output_ = pair != nullptr ? pair->activation().call : "";
  }

  // A number for each class, as it is written into the lesson.
  void settle_class_weights() {
    const std::string& written = options_.class_weights;
    if (written.empty()) return;
    const std::size_t classes =
        data_.task == Task::two_classes ? 2 : static_cast<std::size_t>(data_.outputs);
    const std::string_view of_two = usual_loss(Takes::probabilities, true).call;
    if (data_.task == Task::numbers || !(loss_ == of_two || is_loss_of_many())) {
      throw Error(
          fmt::format("--class-weights {}: {}; {} and {} take them", written,
                      data_.task == Task::numbers ? "the targets are numbers" : loss_ + " has none",
                      of_two, usual_loss(Takes::probabilities, false).call));
    }
    if (written == "balanced") {
      balance(classes);
      return;
    }
    std::size_t at = 0;
    while (at <= written.size()) {
      const std::size_t end = std::min(written.find(',', at), written.size());
      class_weights_.push_back(written.substr(at, end - at));
      at = end + 1;
    }
    const bool are_numbers = std::ranges::all_of(class_weights_, [](const std::string& weight) {
      double number = 0;
      const char* const last = weight.data() + weight.size();
      const auto [after, problem] = std::from_chars(weight.data(), last, number);
      return problem == std::errc() && after == last && number > 0 && std::isfinite(number);
    });
    if (are_numbers && class_weights_.size() == classes) return;
    throw Error(fmt::format(
        "--class-weights {}: expected balanced, or a number above 0 for each of the {} classes, as "
        "in 1,2.5",
        written, classes));
  }

  // Cross-entropy is linear in its targets, so that its weights go to these.
  bool is_loss_of_many() const { return loss_ == usual_loss(Takes::probabilities, false).call; }

  // m/(K·mₖ) for the mₖ samples of a class among m of K, as scikit-learn's "balanced"
  void balance(std::size_t classes) {
    const std::vector<int> counts = data_.class_counts();
    const double samples = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (std::size_t k = 0; k < classes; ++k) {
      const int count = k < counts.size() ? counts[k] : 0;
      if (count == 0)
        throw Error(
            fmt::format("--class-weights balanced: class {} has no sample in {}", k, data_.name));
      class_weights_.push_back(
          fmt::format("{:.5g}", samples / (static_cast<double>(classes) * count)));
    }
  }

  void settle_initialiser() {
    const std::size_t bracket = options_.init.find('(');
    const std::string name = options_.init.substr(0, bracket);
    if (name.empty()) {
      initialiser_ = called(activation_).hidden->initialiser;
      return;
    }
    initialiser_ = own_word(initialiser_words(), name, "initialiser");
    if (bracket == std::string::npos) return;
    const std::size_t end = options_.init.rfind(')');
    if (end == std::string::npos || end < bracket)
      throw Error(fmt::format("--init {}: the bracket is not closed", options_.init));
    settings_ = options_.init.substr(bracket + 1, end - bracket - 1);
  }

  static std::string on_one_line(std::string text) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    return text;
  }

  void head() {
    line("# {} on {}", fmt::join(options_.layers, "-"), on_one_line(data_.name));
    if (!options_.command.empty()) {
      line("# This lesson is what a command line stands for:");
      line("#     {}", on_one_line(options_.command));
      line("# Edit it, and train it with tracer train FILE.");
    }
    line("");
    line("seed {}", options_.seed);
    if (options_.l2) line("let lam = {}", *options_.l2);
    if (!class_weights_.empty() && is_loss_of_many())
      line("let class_weights = [{}]", fmt::join(class_weights_, ", "));
  }

  void parameters() {
    for (std::size_t i = 1; i <= depth(); ++i) {
      const int in = options_.layers[i - 1];
      const int out = options_.layers[i];
      line("param W{} = {}({}, {}{}{})", i, initialiser_, out, in, settings_.empty() ? "" : ", ",
           settings_);
      line("param b{} = zeros({}, 1)", i, out);
      if (i == depth()) continue;
      for (const auto& [operation, number] : layers_) {
        for (const LayerVector& parameter : operation->layer->parameters)
          line("param {}{} = {}({}, 1)", parameter.name, i, parameter.start == 1 ? "ones" : "zeros",
               out);
      }
    }
  }

  void data() {
    std::string call = data_.call;
    if (!options_.normalise.empty() && call.ends_with(")"))
      call.insert(call.size() - 1, fmt::format(", normalise=\"{}\"", options_.normalise));
    line("data X, Y = {}", call);
    if (!data_.validation.empty()) line("validation X, Y = {}", data_.validation);
    if (!data_.test.empty()) line("test X, Y = {}", data_.test);
    line("");
  }

  // The layers before or after an activation; returns what the last of them is called.
  std::string beside(std::string value, std::size_t i, bool after) {
    for (const auto& [operation, number] : layers_) {
      const Layer& layer = *operation->layer;
      if (layer.after_activation != after) continue;
      std::string arguments = value;
      for (const LayerVector& parameter : layer.parameters)
        arguments += fmt::format(", {}{}", parameter.name, i);
      if (!number.empty()) arguments += ", " + number;
      value = fmt::format("{}{}", layer.line, i);
      line("{} = {}({})", value, operation->call, arguments);
    }
    return value;
  }

  void lines() {
    std::string value = "X";
    for (std::size_t i = 1; i < depth(); ++i) {
      line("Z{0} = W{0} @ {1} + b{0}", i, value);
      value = fmt::format("Z{}", i);
      value = beside(value, i, false);
      line("A{} = {}({})", i, activation_, value);
      value = beside(fmt::format("A{}", i), i, true);
    }
    if (output_.empty()) {
      line("P  = W{0} @ {1} + b{0}", depth(), value);
    } else {
      line("Z{0} = W{0} @ {1} + b{0}", depth(), value);
      line("P  = {}(Z{})", output_, depth());
    }
    std::string penalty;
    if (options_.l2) {
      for (std::size_t i = 1; i <= depth(); ++i)
        penalty += fmt::format("{}sum(W{}**2)", penalty.empty() ? "" : " + ", i);
      penalty = fmt::format(" + lam/2*({})", penalty);
    }
    if (loss_ == absolute_error) {
      line("L  = mean(abs(P - Y)){}", penalty);
      line("predict P");
    } else {
      line("L  = {}{}", loss_call(), penalty);
    }
    line("");
  }

  // Of two classes, focal with γ = 0 is bce with a weight for each term, α and 1 − α.
  std::string loss_call() const {
    if (class_weights_.empty()) return fmt::format("{}(P, Y)", loss_);
    if (is_loss_of_many()) return fmt::format("{}(P, class_weights*Y)", loss_);
    return fmt::format("({0} + {1})*focal(P, Y, gamma=0, alpha={1}/({0} + {1}))", class_weights_[0],
                       class_weights_[1]);
  }

  // ---- the train line

  static std::string optimizer_name(const std::string& written) {
    std::vector<std::string> known{"lbfgs"};
    for (const OptimizerHelp& rule : Optimizer::all()) known.emplace_back(rule.name);
    const std::string letters = plain(written);
    if (std::ranges::find(known, letters) != known.end()) return letters;
    throw Error(
        fmt::format("there is no optimizer called '{}': {}", written, suggested(letters, known)));
  }

  static std::string standard_rate(const std::string& optimizer) {
    for (const OptimizerHelp& rule : Optimizer::all()) {
      if (rule.name == optimizer) return std::string(rule.settings[0].standard);
    }
    return std::string(lbfgs_numbers[0].standard);
  }

  void training() {
    const std::string optimizer = optimizer_name(options_.optimizer);
    std::string settings = "lr=" + options_.lr.value_or(standard_rate(optimizer));
    if (options_.momentum) settings += ", momentum=" + *options_.momentum;
    if (options_.nesterov) settings += ", nesterov=true";
    if (options_.weight_decay) settings += ", weight_decay=" + *options_.weight_decay;
    std::string text = fmt::format("train L with {}({})", optimizer, settings);
    const auto add = [&](std::string_view name, const auto& value) {
      text += fmt::format(", {}={}", name, value);
    };
    const auto add_if = [&](std::string_view name, const auto& value) {
      if (value) add(name, *value);
    };
    OptimizerCall call;
    call.name = optimizer;
    add("batch_size", call.searches() ? "all" : batch_size());
    add("epochs", options_.epochs);
    add("shuffle", options_.shuffle);
    add_if("validation", options_.validation);
    add_if("test", options_.test);
    if (!options_.stratify) add("stratify", false);
    if (!options_.schedule.empty()) add("schedule", options_.schedule);
    add_if("warmup", options_.warmup);
    add_if("clip_norm", options_.clip_norm);
    add_if("clip_value", options_.clip_value);
    if (options_.early_stopping) add("early_stopping", true);
    add_if("patience", options_.patience);
    line("{}", text);
  }

  // a batch that would be larger than the data is all of them
  std::string batch_size() const {
    const std::string& written = options_.batch_size;
    const bool is_number = written.size() < 10 && !written.empty() &&
                           written.find_first_not_of("0123456789") == std::string::npos;
    if (is_number && data_.count > 0 && std::stoi(written) > data_.count) return "all";
    return written;
  }

  const NetworkOptions& options_;
  NetworkData data_;
  std::string activation_, wanted_loss_, loss_, output_, initialiser_, settings_;
  std::vector<std::string> class_weights_;
  std::vector<std::pair<const Operation*, std::string>> layers_;  // and the number that each gets
  std::string text_;
};

}  // namespace

std::string lesson_of(const NetworkOptions& options) { return Writer(options).run(); }

}  // namespace tracer
