#include "tracer/grade/answer_names.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "tracer/derive/rules.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// w_1, w_{1} and \w1 are spelt like w1
std::string loose(std::string_view name) {
  std::string made(name);
  std::erase_if(made,
                [](char c) { return std::string_view("_{}\\ ").find(c) != std::string::npos; });
  return made;
}

constexpr std::array after_words{"new", "updated", "after", "next", "neu"};
constexpr std::array before_words{"old", "before", "previous", "prev", "alt"};
constexpr std::array gradient_words{"grad", "gradient", "derivative", "slope"};
constexpr std::array words_between{"of",      "for",    "the",    "wrt",   "w.r.t.", "with",
                                   "respect", "to",     "by",     "value", "loss",   "update",
                                   "in",      "weight", "sample", "step",  "bias"};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ' || c == '(' || c == ')')
      words.emplace_back();
    else
      words.back() += c;
  }
  std::erase(words, "");
  return words;
}

// Takes "[0, 1]", "[0][1]" or "[2]" out of the text.
std::optional<std::pair<int, int>> take_entry(std::string& text) {
  const auto open = text.find('[');
  const auto close = text.rfind(']');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  std::vector<int> indices;
  std::string digits;
  for (const char c : text.substr(open, close - open + 1)) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (!digits.empty()) {
      if (digits.size() > 6) return std::nullopt;
      indices.push_back(std::stoi(digits));
      digits.clear();
    }
  }
  if (indices.empty() || indices.size() > 2) return std::nullopt;
  text.erase(open, close - open + 1);
  return std::pair(indices[0], indices.size() == 2 ? indices[1] : -1);
}

}  // namespace

struct AnswerNames::Parsed {
  std::vector<std::string> words;  ///< without the words that are about the name
  bool gradient = false;
  bool after = false;
  bool before = false;

  explicit Parsed(std::string_view text) {
    for (const std::string& word : words_of(text)) {
      const std::string small = in_small_letters(word);
      if (is_one_of(small, after_words))
        after = true;
      else if (is_one_of(small, before_words))
        before = true;
      else if (is_one_of(small, gradient_words))
        gradient = true;
      else if (!is_one_of(small, words_between))
        words.push_back(word);
    }
    // "w1 (after sample 2)"
    if (after && words.size() > 1) {
      std::erase_if(words, [](const std::string& word) {
        return word.find_first_not_of("0123456789") == std::string::npos;
      });
    }
  }
  static Parsed only(std::string_view name) {
    Parsed parsed("");
    parsed.words.emplace_back(name);
    return parsed;
  }
  std::string joined() const { return fmt::format("{}", fmt::join(words, "")); }
};

AnswerNames::AnswerNames(const Program& program, const BatchGraph& batch,
                         std::set<std::string> parts)
    : program_(program), loss_(batch.graph[batch.loss].name), parts_(std::move(parts)) {
  for (const NodeId line : batch.lines) {
    names_.push_back(batch.graph[line].name);
    displayed_.emplace(batch.graph[line].name, display_of(batch.graph[line]).text);
    values_.insert(batch.graph[line].name);
  }
  for (const auto& [name, leaf] : batch.leaves) names_.push_back(name);
}

// L̄, a mean, and L, whose mean it is, are both the loss.
std::string without_bars(std::string_view name) {
  std::string bare(name);
  for (const std::string_view bar : {"\u0304", "\u0305"}) {
    for (auto at = bare.find(bar); at != std::string::npos; at = bare.find(bar))
      bare.erase(at, bar.size());
  }
  return bare;
}

std::optional<std::string> AnswerNames::find(std::string_view name) const {
  using Spelling = std::function<std::string(const std::string&)>;
  const std::array<Spelling, 4> spellings{
      [](const std::string& s) { return s; },
      [this](const std::string& s) { return displayed_.contains(s) ? displayed_.at(s) : s; },
      [](const std::string& s) { return loose(s); },
      [](const std::string& s) { return in_small_letters(loose(s)); }};
  const std::string wanted(name);
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    const std::string spelt = i < 2 ? wanted : spellings[i](wanted);
    std::vector<std::string> fitting;
    for (const std::string& known : names_) {
      if (spellings[i](known) == spelt) fitting.push_back(known);
    }
    if (fitting.size() == 1) return fitting.front();
    if (fitting.size() > 1)
      throw Error(fmt::format("{} may be {} or {} here", name, fitting[0], fitting[1]));
  }
  return std::nullopt;
}

std::string AnswerNames::found(std::string_view name, std::string_view whole) const {
  if (auto known = find(name)) return *known;
  constexpr std::size_t longest = 40;
  if (name.empty() || whole.find(' ') != std::string_view::npos || name.size() > longest)
    throw Error(fmt::format("'{}' is no line of the lesson", shortened(whole, longest)));
  std::string way_out;
  constexpr std::size_t few = 12;
  if (const auto near = closest(std::string(name), names_))
    way_out = "; did you mean " + *near + "?";
  else if (names_.size() <= few)
    way_out = fmt::format("; it has {}", fmt::join(names_, ", "));
  throw Error(fmt::format("the lesson has no {}{}", name, way_out));
}

bool AnswerNames::is_loss(std::string_view top) const {
  if (const auto known = find(top)) {
    return *known == program_.loss || *known == loss_;
  }
  const std::string bare = without_bars(top);
  return bare != top ? is_loss(bare) : is_loss_word(top);
}

// The variable of dL/dw1, w1.grad, dw1; nothing where the name is no gradient.
std::optional<std::string> AnswerNames::gradient_of(std::string_view name,
                                                    std::string_view whole) const {
  if (find(name)) return std::nullopt;
  const auto readings = gradient_names(name, [this](std::string_view top) { return is_loss(top); });
  const bool is_quotient = name.find('/') != std::string_view::npos;
  if (is_quotient && readings.empty())
    throw Error(fmt::format("{} is no line of the lesson", whole));
  for (const GradientName& reading : readings) {
    if (!is_quotient && reading.form != GradientName::Form::word_behind) {
      if (auto known = find(reading.of)) return known;
      continue;
    }
    std::string variable = found(reading.of, whole);
    if (is_quotient && !is_loss(reading.numerator)) {
      throw Error(find(reading.numerator)
                      ? fmt::format("{} is a slope within the chain; gradients of {} are marked",
                                    whole, program_.loss)
                      : fmt::format("the lesson has no {}", reading.numerator));
    }
    return variable;
  }
  return std::nullopt;
}

std::optional<NameMeaning> AnswerNames::optimizer_line(
    const std::vector<std::string>& words) const {
  if (parts_.empty() || words.empty() || words.size() > 2) return std::nullopt;
  NameMeaning meaning;
  meaning.line.kind = PageLine::Kind::update;
  for (const std::string& word : words) {
    if (parts_.contains(word) && meaning.line.part.empty())
      meaning.line.part = word;
    else if (const auto known = find(word); known && meaning.line.name.empty())
      meaning.line.name = *known;
    else
      return std::nullopt;
  }
  if (meaning.line.part.empty()) return std::nullopt;
  if (meaning.line.name.empty()) {
    if (program_.parameters.size() != 1)
      throw Error(fmt::format("{0} of which parameter? write {1} {0}", meaning.line.part,
                              program_.parameters.front()));
    meaning.line.name = program_.parameters.front();
  }
  return meaning;
}

NameMeaning AnswerNames::read(std::string_view name) const {
  std::string text(name);
  const auto entry = take_entry(text);
  Parsed parsed(text);
  if (parsed.words.empty() || find(text))
    parsed = Parsed::only(text);  // a line may be called "loss"
  NameMeaning made = meaning(parsed, name);
  made.entry = entry;
  return made;
}

std::optional<std::pair<std::string, std::string>> AnswerNames::slope(std::string_view name) const {
  if (name.find('/') == std::string_view::npos || name.find('[') != std::string_view::npos)
    return std::nullopt;
  for (const GradientName& reading :
       gradient_names(name, [this](std::string_view top) { return is_loss(top); })) {
    const auto top = find(reading.numerator);
    const auto below = find(reading.of);
    const bool within = top && below && values_.contains(*top) && !is_loss(reading.numerator);
    if (within) return {{*top, *below}};
  }
  return std::nullopt;
}

NameMeaning AnswerNames::meaning(const Parsed& parsed, std::string_view whole) const {
  std::string name = parsed.joined();
  bool after = parsed.after;
  std::optional<std::string> gradient;
  if (parsed.gradient) {
    // "gradient of L with respect to z1", "grad z1"
    const bool of_loss = parsed.words.size() == 2 && is_loss(parsed.words[0]);
    gradient = found(of_loss ? parsed.words[1] : std::string(unwrapped(name)), whole);
  } else if (const bool known = find(name).has_value(); !known) {
    if (auto line = optimizer_line(parsed.words)) return *line;
    for (const std::string_view end : {"'", "^+", "+", "_new", "_after"}) {
      if (!name.ends_with(end) || name.size() == end.size()) continue;
      name.resize(name.size() - end.size());
      after = true;
      break;
    }
    gradient = gradient_of(name, whole);
  }
  NameMeaning made;
  if (gradient) {
    made.line.kind = PageLine::Kind::gradient;
    made.line.name = *gradient;
    return made;
  }
  const std::string_view bare = unwrapped(name);
  made.line.name = !find(bare) && is_loss(bare) ? program_.loss : found(bare, whole);
  const bool parameter = is_one_of(made.line.name, program_.parameters);
  const bool trained = parameter && program_.training.has_value();
  made.line.kind = trained                            ? PageLine::Kind::update
                   : values_.contains(made.line.name) ? PageLine::Kind::value
                                                      : PageLine::Kind::given;
  if (after && !trained)
    throw Error(
        fmt::format("{} does not change in an update; write {}", made.line.name, made.line.name));
  if (parsed.before && trained)
    throw Error(fmt::format("{} before the update is marked where it came from, a step earlier",
                            made.line.name));
  return made;
}

}  // namespace tracer
