// See math_names.hpp.
#include "tracer/render/math_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "tracer/number/digit.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

constexpr std::array<std::string_view, 17> lower_greek{
    "alpha", "beta",   "gamma", "delta", "epsilon", "zeta",    "eta", "theta", "iota",
    "kappa", "lambda", "mu",    "nu",    "xi",      "omicron", "pi",  "rho"};
// after ρ comes the sigma that ends words, which no formula has
constexpr std::array<std::string_view, 7> later_greek{"sigma", "tau", "upsilon", "phi",
                                                      "chi",   "psi", "omega"};
constexpr std::array<std::pair<std::string_view, char32_t>, 10> capital_greek{{{"Gamma", U'Γ'},
                                                                               {"Delta", U'Δ'},
                                                                               {"Theta", U'Θ'},
                                                                               {"Lambda", U'Λ'},
                                                                               {"Xi", U'Ξ'},
                                                                               {"Pi", U'Π'},
                                                                               {"Sigma", U'Σ'},
                                                                               {"Upsilon", U'Υ'},
                                                                               {"Phi", U'Φ'},
                                                                               {"Psi", U'Ψ'}}};

std::vector<std::string> parts_below(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of("_,", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

MathName math_name(std::string_view text) {
  MathName name;
  if (const std::size_t bracket = text.find('[');
      bracket != std::string_view::npos && bracket > 0) {
    name = math_name(text.substr(0, bracket));
    name.index = text.substr(bracket);
    return name;
  }
  std::string below;
  bool in_below = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::next(text, at);
    if (c == U'′' || c == U'\'') {
      ++name.primes;
    } else if (const char plain = plain_of_subscript(c)) {
      below += plain;
      in_below = true;
    } else if (c == U'_' && start > 0 && at < text.size() && !in_below) {
      in_below = true;
    } else {
      (in_below ? below : name.base) += text.substr(start, at - start);
    }
  }
  if (below.empty()) {
    std::size_t digits = name.base.size();
    while (digits > 0 && is_digit(name.base[digits - 1])) --digits;
    if (digits > 0) {
      below = name.base.substr(digits);
      name.base.resize(digits);
    }
  }
  if (!below.empty()) name.below = parts_below(below);
  return name;
}

std::string greek_letter(std::string_view name) {
  constexpr char32_t alpha = U'α', sigma = U'σ';
  const auto in = [&](const auto& table, char32_t first) -> std::string {
    const auto at = std::ranges::find(table, name);
    return at == table.end() ? "" : utf8::encode(first + static_cast<char32_t>(at - table.begin()));
  };
  if (name == "omicron") return "";  // looks Latin
  if (std::string letter = in(lower_greek, alpha); !letter.empty()) return letter;
  if (std::string letter = in(later_greek, sigma); !letter.empty()) return letter;
  for (const auto& [capital, letter] : capital_greek)
    if (name == capital) return utf8::encode(letter);
  return "";
}

MathFunction math_function(std::string_view text) {
  MathFunction function{std::string(text)};
  for (const std::string_view prime : {"′", "'"})
    while (function.name.ends_with(prime)) {
      function.name.resize(function.name.size() - prime.size());
      ++function.primes;
    }
  return function;
}

}  // namespace tracer
