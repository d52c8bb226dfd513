// "Did you mean ...?": the known word that a mistyped one was most probably meant to be.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tracer {

/// Optimal string alignment distance: the least number of letters to insert, delete, replace, or
/// swap with a neighbour, that turns one word into the other (letters are code points).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, if one is near enough to be meant: another case only, or at
/// most one edit in three letters. Of equally near ones the first.
std::optional<std::string> closest(std::string_view word,
                                   std::span<const std::string_view> candidates);
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace tracer
