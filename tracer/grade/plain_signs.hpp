// What people type, in the few signs that a reader of answers has to know: ∂ is d, a subscript a
// digit, every kind of minus a minus. Next: written_number.hpp, answers.hpp.
#pragma once

#include <string>
#include <string_view>

namespace tracer {

/// "∂L/∂w₁ ≈ −1.9×10⁻³" as "dL/dw1 = -1.9*10^-3", LaTeX too; ✓ and ✗ go. Whatever
/// stands between a name and its value (≈ ← := ->) becomes =, ∇ becomes grad, ½ becomes 1/2, tabs
/// become two blanks, and control characters become U+FFFD.
std::string plain_signs(std::string_view text);

/// At most so many bytes of it, with ... where that is not all; no character is cut in two.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace tracer
