// Unicode's small raised and lowered characters: x², zⱼ. They are few; what has none goes another
// way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracer {

/// "−12" or "-12" as ⁻¹², "n" as ⁿ; nothing where a character has no raised form.
std::optional<std::string> superscript(std::string_view text);

/// "12" as ₁₂, "n" as ₙ; nothing where a character has no lowered form.
std::optional<std::string> subscript(std::string_view text);

/// A number's ASCII as a page has it: "-1.5e-07" as −1.5·10⁻⁷.
std::string text_number(std::string_view ascii);

/// The plain character of a subscript: '2' for ₂, 'j' for ⱼ; 0 for anything else.
char plain_of_subscript(char32_t c);

/// The plain character of a superscript: '2' for ², 'n' for ⁿ, '-' for ⁻; 0 for anything else.
char plain_of_superscript(char32_t c);

}  // namespace tracer
