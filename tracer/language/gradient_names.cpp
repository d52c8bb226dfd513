#include "tracer/language/gradient_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "tracer/text/plain.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

using Form = GradientName::Form;

// What the text names behind the first of these beginnings that it has.
template <std::size_t N>
std::optional<std::string_view> named_behind(std::string_view text,
                                             const std::array<std::string_view, N>& beginnings) {
  text = trimmed_view(text);
  for (const std::string_view begin : beginnings) {
    if (!text.starts_with(begin)) continue;
    const std::string_view rest = unwrapped(text.substr(begin.size()));
    if (!rest.empty()) return rest;
  }
  return std::nullopt;
}

// The longest first, so that grad_W1 is not the gradient with respect to rad_W1.
constexpr std::array<std::string_view, 6> differentials{"d", "∂", "δ", "Δ", "\\partial", "D"};
constexpr std::array<std::string_view, 8> words_before{"gradient.", "gradient", "grads_", "grads.",
                                                       "grad.",     "grad",     "Grad",   "∇"};
constexpr std::array<std::string_view, 7> words_behind{".gradient", "_gradient", ".grad", "_grad",
                                                       " grad",     ".g",        "_bar"};
constexpr std::array<std::string_view, 1> letters_before{"g"};

}  // namespace

std::string_view unwrapped(std::string_view name) {
  name = trimmed_view(name);
  while (name.size() > 1) {
    const bool both =
        (name.front() == '(' || name.front() == '{') && (name.back() == ')' || name.back() == '}');
    if (!both && name.front() != '_') break;
    name.remove_prefix(1);
    if (both) name.remove_suffix(1);
  }
  return trimmed_view(name);
}

std::vector<GradientName> gradient_names(std::string_view name,
                                         const std::function<bool(std::string_view)>& is_loss) {
  name = trimmed_view(name);
  std::vector<GradientName> readings;
  const auto add = [&](Form form, std::string_view of, std::string_view numerator = {}) {
    readings.push_back({form, std::string(of), std::string(numerator)});
  };
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    const auto above = named_behind(name.substr(0, slash), differentials);
    const auto below = named_behind(name.substr(slash + 1), differentials);
    if (above && below) add(Form::quotient, *below, *above);
    return readings;
  }
  const auto rest = named_behind(name, differentials);
  for (std::size_t at = 1; rest && at + 1 < rest->size(); ++at) {  // L_dW, LdW, L_by_dW
    std::string_view below = unwrapped(rest->substr(at));
    if (below.starts_with("by")) below = unwrapped(below.substr(2));
    const auto of = named_behind(below, differentials);
    if (of && is_loss(rest->substr(0, at))) add(Form::quotient, *of, rest->substr(0, at));
  }
  for (const std::string_view word : words_behind) {
    const std::string_view of = name.substr(0, name.size() - std::min(word.size(), name.size()));
    if (name.ends_with(word) && !of.empty()) add(Form::word_behind, unwrapped(of));
  }
  if (const auto of = named_behind(name, words_before)) add(Form::word_before, *of);
  if (rest)
    add(name.front() == 'd' || name.front() == 'D' ? Form::letter : Form::word_before, *rest);
  if (const auto of = named_behind(name, letters_before)) add(Form::letter, *of);
  return readings;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (std::size_t at = 0; at < name.size();) {
    const auto [code, length] = utf8::decode(name, at);
    constexpr char32_t zero_below = U'₀';
    if (code >= zero_below && code <= zero_below + 9) {
      plain += static_cast<char>('0' + (code - zero_below));
    } else if (length > 1) {
      plain += name.substr(at, length);
    } else if (const char c = name[at];
               std::string_view("_- ()[]{}^").find(c) == std::string_view::npos) {
      plain += c;
    }
    at += length;
  }
  return in_small_letters(plain);
}

bool is_loss_word(std::string_view name) {
  constexpr std::array words{"l", "loss", "j", "cost", "e", "c", "error", "objective"};
  return is_one_of(plain_name(name), words);
}

}  // namespace tracer
