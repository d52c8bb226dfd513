#include "tracer/language/suggest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tracer/text/plain.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

namespace {

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = utf8::decode(text, at);
    result.push_back(code);
    at += length;
  }
  return result;
}

// Whether a word is the other with up to half as many letters again left out: derv of derive.
bool is_short_for(const std::vector<char32_t>& word, const std::vector<char32_t>& whole) {
  if (word.size() < 3 || word.front() != whole.front() || whole.size() > (3 * word.size() + 1) / 2)
    return false;
  std::size_t at = 0;
  for (const char32_t letter : whole) at += at < word.size() && word[at] == letter ? 1 : 0;
  return at == word.size();
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::vector<char32_t> a = code_points(left), b = code_points(right);
  // Row i of the table: distances of the first i letters of a to every beginning of b.
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

std::optional<std::string> closest(std::string_view word, const Choices& choices) {
  // In halves of an edit, so that the case of the letters can break a tie and no more.
  const std::size_t letters = utf8::count(word);
  const std::size_t most = letters <= 2 ? 1 : 2 * ((letters + 1) / 3) + 1;
  const std::string small = in_small_letters(word);
  std::optional<std::string> best;
  std::size_t best_distance = most + 1;
  for (const std::string_view choice : choices) {
    if (utf8::count(choice) > 2 * letters + 1) continue;  // out of reach, and not worth the table
    const std::size_t edits = edit_distance(small, in_small_letters(choice));
    const bool other_case = edit_distance(word, choice) > edits;
    const std::size_t distance = 2 * edits + (other_case ? 1 : 0);
    if (distance < best_distance) {
      best_distance = distance;
      best = choice;
    }
  }
  if (best) return best;
  for (const std::string_view choice : choices) {
    if (!choice.empty() && is_short_for(code_points(small), code_points(in_small_letters(choice))))
      return std::string(choice);
  }
  return std::nullopt;
}

std::string suggested(std::string_view word, const Choices& choices, std::string_view otherwise) {
  const auto near = closest(word, choices);
  return near ? fmt::format("did you mean {}?", *near) : std::string(otherwise);
}

std::string suggested(std::string_view word, const Choices& choices) {
  return suggested(word, choices, fmt::format("there are {}", fmt::join(choices, ", ")));
}

}  // namespace tracer
