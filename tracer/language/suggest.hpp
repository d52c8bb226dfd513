// "Did you mean ...?": the known word that a mistyped one was most probably meant to be.
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// Optimal string alignment distance: the least number of letters to insert, delete, replace, or
/// swap with a neighbour, that turns one word into the other (letters are code points).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What a word may be: any range of texts, which it looks at and does not keep.
struct Choices : std::vector<std::string_view> {
  template <std::ranges::input_range Texts>
  Choices(const Texts& texts)  // not explicit: any list of names will do
      : std::vector<std::string_view>(std::ranges::begin(texts), std::ranges::end(texts)) {}
};

/// The choice nearest to `word`, if one is near enough to be meant: another case only, at most one
/// edit in three letters, or letters left out, up to a third of them. Of equally near ones the
/// first.
std::optional<std::string> closest(std::string_view word, const Choices&);

/// "did you mean lr?"; where none is near, `otherwise`.
std::string suggested(std::string_view word, const Choices&, std::string_view otherwise);
/// Where none is near, "there are lr, momentum".
std::string suggested(std::string_view word, const Choices&);

}  // namespace tracer
