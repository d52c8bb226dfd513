#include "tracer/language/settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/language/training.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/symbol/operation.hpp"

namespace tracer {
namespace {

struct Edit {
  Span span;
  std::string text;
};

Source edited(const Source& source, std::vector<Edit> edits) {
  std::ranges::sort(edits, {}, [](const Edit& edit) { return edit.span.begin; });
  std::string text;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    text += source.text().substr(at, edit.span.begin - at) + edit.text;
    // of a statement over several lines the line ends stay, so that what follows is where it was
    text.append(static_cast<std::size_t>(std::ranges::count(source.text(edit.span), '\n')), '\n');
    at = edit.span.end;
  }
  return Source(source.name(), text + source.text().substr(at));
}

bool is_of_statement(std::string_view name) {
  return std::ranges::find(training_options(), name) != training_options().end();
}

// Of these settings those that belong into the optimizer's brackets, or after them.
LessonSettings those(const LessonSettings& settings, bool of_optimizer) {
  LessonSettings chosen;
  for (const auto& setting : settings) {
    const bool of_statement = is_of_statement(setting.first);
    if (setting.first != "optimizer" && setting.first != "seed" && of_statement != of_optimizer)
      chosen.push_back(setting);
  }
  return chosen;
}

// What the lesson has, with the given settings in its place or after it.
LessonSettings merged(const Source& source, const ast::Lesson& lesson,
                      const std::vector<ast::Keyword>& written, const LessonSettings& given) {
  LessonSettings all;
  for (const ast::Keyword& keyword : written)
    all.emplace_back(keyword.name.text, std::string(source.text(lesson.expr(keyword.value).span)));
  for (const auto& [name, value] : given) {
    const auto at = std::ranges::find(all, name, [](const auto& one) { return one.first; });
    if (at != all.end()) {
      at->second = value;
    } else {
      all.emplace_back(name, value);
    }
  }
  return all;
}

std::string train_line(const Source& source, const ast::Lesson& lesson, const ast::Train& train,
                       const LessonSettings& settings) {
  LessonSettings given = those(settings, true);
  const std::string* optimizer = value_of(settings, "optimizer");
  std::vector<std::string> arguments;
  std::vector<ast::Keyword> keywords;
  const bool another = optimizer != nullptr && *optimizer != train.optimizer.text;
  if (!another) {  // the settings of one optimizer are not those of another
    keywords = train.keywords;
    for (const ast::ExprId argument : train.arguments)
      arguments.emplace_back(source.text(lesson.expr(argument).span));
    if (const std::string* lr = value_of(given, "lr"); !arguments.empty() && lr != nullptr) {
      arguments.front() = *lr;  // sgd(0.1): lr is the first everywhere
      std::erase_if(given, [](const auto& setting) { return setting.first == "lr"; });
    }
  }
  for (const auto& [name, value] : merged(source, lesson, keywords, given))
    arguments.push_back(name + "=" + value);
  std::string line = fmt::format("train {} with {}({})", train.loss.text,
                                 optimizer != nullptr ? *optimizer : train.optimizer.text,
                                 fmt::join(arguments, ", "));
  for (const auto& [name, value] : merged(source, lesson, train.options, those(settings, false)))
    line += fmt::format(", {}={}", name, value);
  return line;
}

}  // namespace

const std::string* value_of(const LessonSettings& settings, std::string_view name) {
  const auto at = std::ranges::find(settings, name, [](const auto& one) { return one.first; });
  return at == settings.end() ? nullptr : &at->second;
}

Source with_training(const Source& source, const LessonSettings& settings) {
  Diagnostics mistakes;
  const ast::Lesson lesson = parse(source, mistakes);
  if (mistakes.has_errors() || settings.empty()) return source;
  const std::string* seed_wanted = value_of(settings, "seed");
  std::vector<Edit> edits;
  if (const auto* train = ast::first_of<ast::Train>(lesson);
      train != nullptr && settings.size() > (seed_wanted != nullptr ? 1 : 0))
    edits.push_back({train->span, train_line(source, lesson, *train, settings)});
  if (seed_wanted != nullptr) {
    const std::string line = "seed " + *seed_wanted;
    const std::size_t end = source.text().size();
    if (const auto* seed = ast::first_of<ast::Seed>(lesson)) {
      edits.push_back({seed->span, line});
    } else {
      const char* const before = source.text().ends_with('\n') ? "" : "\n";
      edits.push_back({{end, end}, fmt::format("{}{}\n", before, line)});
    }
  }
  return edits.empty() ? source : edited(source, std::move(edits));
}

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> others_words{
    {{"learning_rate", "lr"},
     {"learning_rate_init", "lr"},
     {"solver", "optimizer"},
     {"max_iter", "epochs"},
     {"num_epochs", "epochs"},
     {"random_state", "seed"},
     {"initializer", "init"},
     {"initialiser", "init"},
     {"nesterovs_momentum", "nesterov"},
     {"epsilon", "eps"}}};

bool is_hidden_activation(std::string_view call) {
  return std::ranges::any_of(op::operations(), [&](const Operation* operation) {
    return operation->hidden != nullptr && operation->call == call;
  });
}

// Every expression within one.
void add_within(const ast::Lesson& lesson, ast::ExprId root, std::vector<ast::ExprId>& found) {
  const Span all = lesson.expr(root).span;
  for (ast::ExprId id = 0; id <= root; ++id) {
    const Span span = lesson.expr(id).span;
    if (span.begin >= all.begin && span.end <= all.end) found.push_back(id);
  }
}

// "kaiming" in place of xavier(20, 784, gain=2): its sizes stay; "normal(std=0.01)" has its own
// numbers behind them.
std::string initial_call(const Source& source, const ast::Lesson& lesson, const ast::Call& call,
                         std::string_view value) {
  std::vector<std::string> arguments;
  const bool sizes_of_one = call.function.text == "full" && call.arguments.size() == 3;
  for (const ast::ExprId argument : call.arguments)
    arguments.emplace_back(source.text(lesson.expr(argument).span));
  if (sizes_of_one || arguments.size() > 2) arguments.resize(2);
  const std::size_t bracket = value.find('(');
  if (bracket != std::string_view::npos) {
    const std::string_view own = value.substr(bracket + 1, value.rfind(')') - bracket - 1);
    if (!own.empty()) arguments.emplace_back(own);
  }
  return fmt::format("{}({})", value.substr(0, bracket), fmt::join(arguments, ", "));
}

// "kaiming", or "normal(std=0.01)": an initialiser without sizes of its own.
bool is_bare_initialiser(std::string_view value) {
  const std::size_t bracket = value.find('(');
  if (!is_initialiser(value.substr(0, bracket))) return false;
  if (bracket == std::string_view::npos) return true;
  const std::string_view own = value.substr(bracket + 1, value.rfind(')') - bracket - 1);
  return own.empty() || own.find('=') < own.find(',');
}

}  // namespace

// What there is in the lesson that has a name.
struct Adjustable::Names {
  ast::Lesson lesson;
  const ast::Train* train = nullptr;

  const ast::Let* let(std::string_view name) const { return find<ast::Let>(name); }
  const ast::Leaf* leaf(std::string_view name) const { return find<ast::Leaf>(name); }

  template <class Kind>
  const Kind* find(std::string_view name) const {
    for (const ast::Statement& statement : lesson.statements) {
      const auto* found = std::get_if<Kind>(&statement);
      if (found != nullptr && found->name.text == name) return found;
    }
    return nullptr;
  }

  const ast::Call* initial(const ast::Leaf& leaf) const {
    if (!leaf.value) return nullptr;
    const auto* call = std::get_if<ast::Call>(&lesson.expr(*leaf.value).is);
    return call != nullptr && is_initialiser(call->function.text) ? call : nullptr;
  }

  // Lines whose activation is the output's, not a hidden unit's: what is predicted, else what the
  // loss is made of, and the loss itself.
  std::set<std::string> outputs() const {
    std::set<std::string> names{train->loss.text};
    if (const auto* predict = ast::first_of<ast::Predict>(lesson)) names.insert(predict->name.text);
    const auto* loss = find<ast::Assign>(train->loss.text);
    if (loss == nullptr) return names;
    std::vector<ast::ExprId> within;
    add_within(lesson, loss->value, within);
    for (const ast::ExprId id : within) {
      if (const auto* name = std::get_if<ast::Name>(&lesson.expr(id).is)) names.insert(name->text);
    }
    return names;
  }

  std::vector<const ast::Call*> hidden_calls() const {
    std::vector<const ast::Call*> calls;
    const std::set<std::string> outputs = this->outputs();
    for (const ast::Statement& statement : lesson.statements) {
      const auto* line = std::get_if<ast::Assign>(&statement);
      if (line == nullptr || outputs.contains(line->name.text)) continue;
      std::vector<ast::ExprId> within;
      add_within(lesson, line->value, within);
      for (const ast::ExprId id : within) {
        const auto* call = std::get_if<ast::Call>(&lesson.expr(id).is);
        if (call != nullptr && is_hidden_activation(call->function.text)) calls.push_back(call);
      }
    }
    return calls;
  }
};

Adjustable::Adjustable(Source source) : source_(std::move(source)) {
  const auto names = std::make_shared<Names>();
  Diagnostics mistakes;
  names->lesson = parse(source_, mistakes);
  mistakes.throw_if_errors(source_);
  names->train = ast::first_of<ast::Train>(names->lesson);
  if (names->train == nullptr) {
    throw Error(fmt::format("{} has no train line; add train {} with sgd(lr=0.01), epochs=10",
                            source_.name(), ast::usual_loss(names->lesson)));
  }
  names_ = names;
}

unsigned Adjustable::seed() const {
  const auto* seed = ast::first_of<ast::Seed>(names_->lesson);
  return seed != nullptr ? static_cast<unsigned>(seed->value) : 0;
}

std::string Adjustable::own_name(const std::string& name) const {
  const Names& names = *names_;
  const auto is_known = [&](std::string_view word) {
    return names.let(word) != nullptr || names.leaf(word) != nullptr || word == "activation" ||
           word == "init" || word == "seed" || word == "optimizer" || is_of_statement(word) ||
           is_of_some_optimizer(word);
  };
  if (is_known(name)) return name;
  if (const std::string word = own_training_word(name); word != name) return word;
  for (const auto& [word, own] : others_words) {
    if (word == name) return std::string(own);
  }
  std::vector<std::string> all{"lr", "optimizer", "activation", "init", "momentum", "weight_decay"};
  for (const std::string_view option : training_options()) all.emplace_back(option);
  for (const ast::Statement& statement : names.lesson.statements) {
    if (const auto* let = std::get_if<ast::Let>(&statement)) all.push_back(let->name.text);
    if (const auto* leaf = std::get_if<ast::Leaf>(&statement)) all.push_back(leaf->name.text);
  }
  throw Error(fmt::format(
      "{} has no option {}; {}", source_.name(), name,
      suggested(name, all,
                "there are lr and what else its train line takes, its constants (let) and leaves, "
                "activation and init")));
}

Source Adjustable::with(const LessonSettings& settings, std::vector<std::string>* left_out) const {
  const Names& names = *names_;
  const std::string* wanted = value_of(settings, "optimizer");
  const std::string optimizer = wanted != nullptr ? *wanted : names.train->optimizer.text;
  const auto all = Optimizer::all();
  const auto rule = std::ranges::find(all, optimizer, &OptimizerHelp::name);
  const auto is_taken = [&](const std::string& name) {
    if (optimizer == "lbfgs") return name != "batch_size" && name != "lr" && name != "momentum";
    return rule == all.end() || is_of_statement(name) || name == "optimizer" || name == "seed" ||
           takes(*rule, name);
  };
  const auto text_of = [&](Span span) { return std::string(source_.text(span)); };
  std::vector<Edit> edits;
  LessonSettings of_training;
  for (const auto& [name, value] : settings) {
    if (const ast::Let* let = names.let(name)) {
      edits.push_back({names.lesson.expr(let->value).span, value});
    } else if (const ast::Leaf* leaf = names.leaf(name)) {
      const ast::Call* call = names.initial(*leaf);
      const bool keeps_sizes = call != nullptr && is_bare_initialiser(value);
      if (!leaf->value) {
        throw Error(
            fmt::format("{}: {} has no value that could be another; give it one, as in {} = 2",
                        source_.name(), name, text_of(leaf->name.span)));
      }
      edits.push_back({names.lesson.expr(*leaf->value).span,
                       keeps_sizes ? initial_call(source_, names.lesson, *call, value) : value});
    } else if (name == "activation") {
      const auto calls = names.hidden_calls();
      if (calls.empty()) {
        throw Error(fmt::format("{} has no hidden line with an activation, such as A1 = relu(Z1)",
                                source_.name()));
      }
      for (const ast::Call* call : calls) edits.push_back({call->function.span, value});
    } else if (name == "init") {
      const std::size_t before = edits.size();
      for (const ast::Statement& statement : names.lesson.statements) {
        const auto* param = std::get_if<ast::Leaf>(&statement);
        const ast::Call* call = param != nullptr ? names.initial(*param) : nullptr;
        if (call == nullptr || !draws(call->function.text)) continue;
        edits.push_back({names.lesson.expr(*param->value).span,
                         initial_call(source_, names.lesson, *call, value)});
      }
      if (edits.size() == before) {
        throw Error(
            fmt::format("{} has no param that draws its first value, such as kaiming(20, 784)",
                        source_.name()));
      }
    } else if (is_taken(name)) {
      of_training.emplace_back(name, value);
    } else if (left_out != nullptr) {
      left_out->push_back(name);
    }
  }
  const Source made =
      with_training(edits.empty() ? source_ : edited(source_, std::move(edits)), of_training);
  // the lesson's own is the other optimizer's
  const bool searches = optimizer == "lbfgs" && names.train->optimizer.text != optimizer;
  return searches ? Adjustable(made).without("batch_size") : made;
}

Source Adjustable::without(std::string_view option) const {
  const Names& names = *names_;
  ast::Train train = *names.train;
  std::erase_if(train.options,
                [&](const ast::Keyword& keyword) { return keyword.name.text == option; });
  return edited(source_, {{train.span, train_line(source_, names.lesson, train, {})}});
}

}  // namespace tracer
