#include "tracer/language/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tracer/language/functions.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

using namespace ast;

// samples="rows" of a data or test statement, or of the call that makes its samples
const Keyword* layout_option(const Lesson& lesson, const Data& data) {
  const auto in = [](const std::vector<Keyword>& keywords) -> const Keyword* {
    const auto found =
        std::ranges::find(keywords, "samples", [](const Keyword& k) { return k.name.text; });
    return found == keywords.end() ? nullptr : &*found;
  };
  if (const Keyword* found = in(data.keywords)) return found;
  if (data.items.size() != 1) return nullptr;
  const auto* call = std::get_if<Call>(&lesson.expr(data.items[0]).is);
  return call == nullptr ? nullptr : in(call->keywords);
}

}  // namespace

void for_each_part(const Lesson& lesson, ExprId id, const std::function<void(ExprId)>& f) {
  std::vector<ExprId> pending{id};
  const auto add = [&](const std::vector<ExprId>& ids) {
    pending.insert(pending.end(), ids.begin(), ids.end());
  };
  const auto add_keywords = [&](const std::vector<Keyword>& keywords) {
    for (const Keyword& keyword : keywords) pending.push_back(keyword.value);
  };
  while (!pending.empty()) {
    const ExprId next = pending.back();
    pending.pop_back();
    f(next);
    const auto& is = lesson.expr(next).is;
    if (const auto* list = std::get_if<List>(&is)) add(list->items);
    if (const auto* tuple = std::get_if<Tuple>(&is)) add(tuple->items);
    if (const auto* unary = std::get_if<Unary>(&is)) pending.push_back(unary->operand);
    if (const auto* binary = std::get_if<Binary>(&is)) add({binary->left, binary->right});
    if (const auto* call = std::get_if<Call>(&is))
      add(call->arguments), add_keywords(call->keywords);
    if (const auto* method = std::get_if<Method>(&is)) {
      pending.push_back(method->object);
      add(method->arguments);
      add_keywords(method->keywords);
    }
    if (const auto* attribute = std::get_if<Attribute>(&is)) pending.push_back(attribute->object);
    if (const auto* index = std::get_if<Index>(&is))
      pending.push_back(index->object), add(index->items);
    if (const auto* slice = std::get_if<Slice>(&is)) {
      for (const auto& part : {slice->begin, slice->end, slice->step}) {
        if (part) pending.push_back(*part);
      }
    }
  }
}

bool is_count(const Lesson& lesson, ExprId id) {
  const auto& is = lesson.expr(id).is;
  if (const auto* at = std::get_if<Index>(&is)) {
    const auto* shape = std::get_if<Attribute>(&lesson.expr(at->object).is);
    return shape != nullptr && shape->name.text == "shape";
  }
  if (const auto* size = std::get_if<Attribute>(&is)) return size->name.text == "size";
  const auto* call = std::get_if<Call>(&is);
  return call != nullptr && call->function.text == "len";
}

Names::Names(const Source& the_source, const Lesson& the_lesson, Diagnostics& diagnostics)
    : source(the_source), lesson(the_lesson) {
  for (std::size_t i = 0; i < lesson.statements.size(); ++i) {
    const Statement& statement = lesson.statements[i];
    if (const auto* leaf = std::get_if<Leaf>(&statement)) {
      define(leaf->name, Definition::Kind::leaf, i, diagnostics);
    } else if (const auto* let = std::get_if<Let>(&statement)) {
      define(let->name, Definition::Kind::constant, i, diagnostics);
    } else if (const auto* line = std::get_if<Assign>(&statement)) {
      define(line->name, Definition::Kind::line, i, diagnostics);
    } else if (const auto* data = std::get_if<Data>(&statement)) {
      if (data->role == Data::Role::train) {
        for (const Word& name : data->names)
          define(name, Definition::Kind::samples, i, diagnostics);
      }
      if (const Keyword* option = layout_option(lesson, *data)) {
        const auto* word = std::get_if<String>(&lesson.expr(option->value).is);
        rows = rows || (word != nullptr && word->text == "rows");
      }
    }
  }
}

void Names::define(const Word& name, Definition::Kind kind, std::size_t statement,
                   Diagnostics& diagnostics) {
  const auto [place, added] =
      definitions_.try_emplace(name.text, Definition{kind, statement, name.span});
  if (added) return;
  repeated_.insert(statement);
  if (const auto rate = rate_of_update(name.text, statement)) {
    const std::string loss = usual_loss(lesson, name.text);
    diagnostics.error(
        name.span,
        fmt::format("{} is defined already, in line {}, and this is its update", name.text,
                    line_of(place->second.span)),
        first_of<Train>(lesson) != nullptr
            ? "leave it out: the train line makes the updates"
            : fmt::format("write train {} with sgd(lr={}) in place of such lines", loss, *rate));
    return;
  }
  const std::string other = unused_name_like(name.text);
  diagnostics.error(
      name.span,
      fmt::format("{} is defined already, in line {}", name.text, line_of(place->second.span)),
      kind == Definition::Kind::line
          ? fmt::format("a name is assigned once: call this one {0}, and write {0} below it", other)
          : fmt::format("a name is defined once: call this one {}, or take one of the two away",
                        other));
}

// w = w - 0.1*dw: the 0.1, or "0.01" where none is written; nothing: it is no update.
std::optional<std::string> Names::rate_of_update(const std::string& name,
                                                 std::size_t statement) const {
  const auto* line = std::get_if<Assign>(&lesson.statements[statement]);
  const auto* change = line != nullptr ? as<Binary>(line->value) : nullptr;
  if (change == nullptr || change->op != BinaryOperator::subtract) return std::nullopt;
  const auto* before = as<Name>(change->left);
  if (before == nullptr || before->text != name) return std::nullopt;
  const auto* step = as<Binary>(change->right);
  if (step != nullptr && step->op == BinaryOperator::multiply) {
    for (const ExprId factor : {step->left, step->right}) {
      const auto* rate = as<Name>(factor);
      const bool named = rate != nullptr &&
                         (rate->text == "lr" || rate->text == "learning_rate" ||
                          rate->text == "alpha" || rate->text == "eta") &&
                         defines(rate->text);
      if (is<Number>(factor) || named) return text(factor);
    }
  }
  return "0.01";
}

std::string Names::unused_name_like(const std::string& name) const {
  for (int n = 2;; ++n) {
    // z1 → z1_2, x → x2
    const bool ends_in_digit = name.back() >= '0' && name.back() <= '9';
    std::string other = fmt::format("{}{}{}", name, ends_in_digit ? "_" : "", n);
    const bool taken = std::ranges::any_of(lesson.statements, [&](const Statement& s) {
      const auto* line = std::get_if<Assign>(&s);
      return line != nullptr && line->name.text == other;
    });
    if (!taken && !definitions_.contains(other)) return other;
  }
}

void Names::give(const std::string& name) {
  definitions_.try_emplace(name, Definition{Definition::Kind::given, 0, {}});
}

const Definition* Names::definition(const std::string& name) const {
  const auto found = definitions_.find(name);
  return found == definitions_.end() ? nullptr : &found->second;
}

const Definition& Names::find(const std::string& name, Span used_at) const {
  const Definition& definition = find_anywhere(name, used_at);
  if (definition.kind != Definition::Kind::given && definition.statement >= at) {
    fail_too_early(name, definition, used_at);
  }
  return definition;
}

const Definition& Names::find_anywhere(const std::string& name, Span used_at) const {
  if (broken.contains(name)) throw Broken{};
  const Definition* found = definition(name);
  if (found == nullptr) fail_unknown(name, used_at);
  return *found;
}

std::vector<std::string> Names::names() const {
  std::vector<std::string> names;
  for (const auto& [name, definition] : definitions_) names.push_back(name);
  return names;
}

namespace {

// The leaf whose shape has that name in it: `param W: (m, n)`.
const Leaf* sized_by(const Lesson& lesson, const std::string& name) {
  for (const Statement& statement : lesson.statements) {
    const auto* leaf = std::get_if<Leaf>(&statement);
    if (leaf == nullptr || !leaf->shape) continue;
    for (const Dimension& side : *leaf->shape)
      if (side.size == std::variant<std::int64_t, std::string>(name)) return leaf;
  }
  return nullptr;
}

}  // namespace

void Names::fail_unknown(const std::string& name, Span used_at) const {
  if (incomplete) throw Broken{};
  if (values_are_set) {
    throw BadStatement{
        used_at, name + " has no value",
        fmt::format("give it one with --set {0}=..., or declare it: param {0} = 1", name)};
  }
  const std::string message = "there is no value called " + name;
  if (const Leaf* leaf = sized_by(lesson, name)) {
    throw BadStatement{
        used_at, fmt::format("{} is a side of {}, which has no number here", name, leaf->name.text),
        "a line may use it, let needs numbers: leave let out"};
  }
  if (constant_called(name) != nullptr) {
    throw BadStatement{
        used_at, fmt::format("{} is irrational, and a constant is a rational number", name),
        fmt::format(
            "a line of its own can compute with it; or define it as exactly as you need it: "
            "let {} = {}",
            name, name == "e" ? "2.71828182845905" : "3.14159265358979")};
  }
  if (const auto near = closest(name, names()))
    throw BadStatement{used_at, message, fmt::format("did you mean {}?", *near)};
  if (is_function(name)) {
    throw BadStatement{used_at, name + " is a function, not a value",
                       fmt::format("call it: {}(...)", name)};
  }
  const bool asks_for_line =
      at == lesson.statements.size() || std::holds_alternative<Expect>(lesson.statements[at]);
  if (asks_for_line && definitions_.size() <= 12) {
    throw BadStatement{used_at, message,
                       fmt::format("the lesson defines {}", fmt::join(names(), ", "))};
  }
  throw BadStatement{used_at, message,
                     fmt::format("define it above, e.g. param {0} = 1 or input {0} = 1", name)};
}

void Names::fail_too_early(const std::string& name, const Definition& definition,
                           Span used_at) const {
  if (definition.statement == at) {
    throw BadStatement{used_at, name + " is used in its own definition",
                       "a line may use only what stands above it"};
  }
  const std::size_t line = line_of(definition.span);
  if (const auto* here = std::get_if<Assign>(&lesson.statements[at]);
      here && depends_on(name, here->name.text)) {
    throw BadStatement{
        used_at,
        fmt::format("{} needs {}, and {} (line {}) needs {}: that goes round in a circle",
                    here->name.text, name, name, line, here->name.text),
        "a line may use only what stands above it"};
  }
  throw BadStatement{used_at, fmt::format("{} is defined further down, in line {}", name, line),
                     fmt::format("move line {} up, above this one", line)};
}

bool Names::depends_on(const std::string& name, const std::string& on) const {
  std::set<std::string> seen{name};
  std::vector<std::string> pending{name};
  while (!pending.empty()) {
    const Definition* next = definition(pending.back());
    pending.pop_back();
    if (next == nullptr || next->kind != Definition::Kind::line) continue;
    for_each_part(lesson, std::get<Assign>(lesson.statements[next->statement]).value,
                  [&](ExprId id) {
                    const auto* used = std::get_if<Name>(&lesson.expr(id).is);
                    if (used != nullptr && seen.insert(used->text).second)
                      pending.push_back(used->text);
                  });
  }
  return seen.contains(on);
}

std::string Names::text(Span span) const {
  std::string result;
  bool in_space = false;
  bool in_comment = false;
  for (const char c : source.text(span)) {
    // of an expression over several lines the comments are left out, and the line breaks
    if (c == '#') in_comment = true;
    if (c == '\n') in_comment = false;
    const bool space = in_comment || c == ' ' || c == '\t' || c == '\n' || c == '\\';
    if (!space) {
      if (in_space && !result.empty() && result.back() != '(' && result.back() != '[' && c != ')' &&
          c != ']') {
        result += ' ';
      }
      result += c;
    }
    in_space = space;
  }
  return result;
}

}  // namespace tracer
