// What people call a gradient: dL/dW1, ∂L/∂W1, dL_dW1, dW1, gW1, grad_W1, W1.grad. Whoever reads
// names that others chose (claims/array_names.hpp, of files; grade/answer_names.hpp, of answers)
// reads them here; the lesson's own expect lines know only dL/dW1 and ∂L/∂W1, and are grammar.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// One way to understand a name: the gradient with respect to `of`.
struct GradientName {
  enum class Form {
    quotient,     ///< dL/dW, dL_dW
    word_behind,  ///< W.grad
    word_before,  ///< grad_W, ∂W
    letter        ///< dW, gW: a name of its own as likely as not
  };
  Form form = Form::quotient;
  std::string of;
  std::string numerator = {};  ///< "L" in dL/dW; empty where it is not said
};

/// Every way to understand it, the one that says most first; none where it says nothing of a
/// gradient. Where there is a slash, it parts numerator and variable, or there is no way at all.
/// `is_loss` says what may stand above without one: the L of dLdW, which else were a part of the
/// name.
std::vector<GradientName> gradient_names(std::string_view name,
                                         const std::function<bool(std::string_view)>& is_loss);

/// "(w1)", "{w1}" and "_w1" are w1.
std::string_view unwrapped(std::string_view name);

/// Without what spellings differ in: small letters, no _, -, blanks, brackets and carets, ₁ as 1.
std::string plain_name(std::string_view name);

/// What a loss is often called: loss, L, J, cost, E.
bool is_loss_word(std::string_view name);

}  // namespace tracer
