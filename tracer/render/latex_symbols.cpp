// The characters that have a command of their own in LaTeX's math mode: see latex_text.hpp.
// Commands are those of LaTeX itself, amsmath and amssymb.
#include <algorithm>
#include <array>

#include "tracer/render/latex_text.hpp"

namespace tracer {
namespace {

struct LatexSymbol {
  char32_t character;
  std::string_view command;
};

constexpr std::array symbols{
    // relations and operators
    LatexSymbol{U'−', "-"}, LatexSymbol{U'·', "\\cdot"}, LatexSymbol{U'⋅', "\\cdot"},
    LatexSymbol{U'×', "\\times"}, LatexSymbol{U'÷', "\\div"}, LatexSymbol{U'±', "\\pm"},
    LatexSymbol{U'∓', "\\mp"}, LatexSymbol{U'≈', "\\approx"}, LatexSymbol{U'≠', "\\neq"},
    LatexSymbol{U'≤', "\\leq"}, LatexSymbol{U'≥', "\\geq"}, LatexSymbol{U'≪', "\\ll"},
    LatexSymbol{U'≫', "\\gg"}, LatexSymbol{U'≡', "\\equiv"}, LatexSymbol{U'∝', "\\propto"},
    LatexSymbol{U'∼', "\\sim"}, LatexSymbol{U'⊙', "\\odot"}, LatexSymbol{U'⊘', "\\oslash"},
    LatexSymbol{U'⊗', "\\otimes"}, LatexSymbol{U'⊕', "\\oplus"}, LatexSymbol{U'∘', "\\circ"},
    LatexSymbol{U'∗', "*"},
    // large operators and calculus
    LatexSymbol{U'∂', "\\partial"}, LatexSymbol{U'∇', "\\nabla"}, LatexSymbol{U'∑', "\\sum"},
    LatexSymbol{U'∏', "\\prod"}, LatexSymbol{U'∫', "\\int"}, LatexSymbol{U'√', "\\surd"},
    LatexSymbol{U'∞', "\\infty"},
    // arrows
    LatexSymbol{U'→', "\\to"}, LatexSymbol{U'←', "\\leftarrow"},
    LatexSymbol{U'↔', "\\leftrightarrow"}, LatexSymbol{U'⇒', "\\Rightarrow"},
    LatexSymbol{U'⇔', "\\Leftrightarrow"}, LatexSymbol{U'↦', "\\mapsto"},
    LatexSymbol{U'⟶', "\\longrightarrow"}, LatexSymbol{U'↑', "\\uparrow"},
    LatexSymbol{U'↓', "\\downarrow"},
    // sets and logic
    LatexSymbol{U'∈', "\\in"}, LatexSymbol{U'∉', "\\notin"}, LatexSymbol{U'⊂', "\\subset"},
    LatexSymbol{U'⊆', "\\subseteq"}, LatexSymbol{U'∪', "\\cup"}, LatexSymbol{U'∩', "\\cap"},
    LatexSymbol{U'∅', "\\emptyset"}, LatexSymbol{U'∀', "\\forall"}, LatexSymbol{U'∃', "\\exists"},
    LatexSymbol{U'¬', "\\neg"}, LatexSymbol{U'∧', "\\wedge"}, LatexSymbol{U'∨', "\\vee"},
    LatexSymbol{U'ℝ', "\\mathbb{R}"}, LatexSymbol{U'ℕ', "\\mathbb{N}"},
    LatexSymbol{U'ℤ', "\\mathbb{Z}"},
    // brackets, also the tall ones of terminal matrices
    LatexSymbol{U'⟨', "\\langle"}, LatexSymbol{U'⟩', "\\rangle"}, LatexSymbol{U'‖', "\\|"},
    LatexSymbol{U'∣', "|"}, LatexSymbol{U'⌊', "\\lfloor"}, LatexSymbol{U'⌋', "\\rfloor"},
    LatexSymbol{U'⌈', "\\lceil"}, LatexSymbol{U'⌉', "\\rceil"}, LatexSymbol{U'⎡', "["},
    LatexSymbol{U'⎢', "["}, LatexSymbol{U'⎣', "["}, LatexSymbol{U'⎤', "]"}, LatexSymbol{U'⎥', "]"},
    LatexSymbol{U'⎦', "]"},
    // fractions, marks
    LatexSymbol{U'½', "\\tfrac{1}{2}"}, LatexSymbol{U'⅓', "\\tfrac{1}{3}"},
    LatexSymbol{U'⅔', "\\tfrac{2}{3}"}, LatexSymbol{U'¼', "\\tfrac{1}{4}"},
    LatexSymbol{U'¾', "\\tfrac{3}{4}"}, LatexSymbol{U'′', "'"}, LatexSymbol{U'″', "''"},
    LatexSymbol{U'°', "^{\\circ}"}, LatexSymbol{U'…', "\\ldots"}, LatexSymbol{U'⋯', "\\cdots"},
    LatexSymbol{U'⋮', "\\vdots"}, LatexSymbol{U'⋱', "\\ddots"}, LatexSymbol{U'✓', "\\checkmark"},
    LatexSymbol{U'✗', "\\times"}, LatexSymbol{U'•', "\\bullet"}, LatexSymbol{U'ℓ', "\\ell"},
    LatexSymbol{U'□', "\\square"},
    // Greek; capitals that look Latin are Latin
    LatexSymbol{U'α', "\\alpha"}, LatexSymbol{U'β', "\\beta"}, LatexSymbol{U'γ', "\\gamma"},
    LatexSymbol{U'δ', "\\delta"}, LatexSymbol{U'ε', "\\varepsilon"}, LatexSymbol{U'ϵ', "\\epsilon"},
    LatexSymbol{U'ζ', "\\zeta"}, LatexSymbol{U'η', "\\eta"}, LatexSymbol{U'θ', "\\theta"},
    LatexSymbol{U'ϑ', "\\vartheta"}, LatexSymbol{U'ι', "\\iota"}, LatexSymbol{U'κ', "\\kappa"},
    LatexSymbol{U'λ', "\\lambda"}, LatexSymbol{U'μ', "\\mu"}, LatexSymbol{U'µ', "\\mu"},
    LatexSymbol{U'ν', "\\nu"}, LatexSymbol{U'ξ', "\\xi"}, LatexSymbol{U'ο', "o"},
    LatexSymbol{U'π', "\\pi"}, LatexSymbol{U'ρ', "\\rho"}, LatexSymbol{U'σ', "\\sigma"},
    LatexSymbol{U'ς', "\\varsigma"}, LatexSymbol{U'τ', "\\tau"}, LatexSymbol{U'υ', "\\upsilon"},
    LatexSymbol{U'φ', "\\varphi"}, LatexSymbol{U'ϕ', "\\phi"}, LatexSymbol{U'χ', "\\chi"},
    LatexSymbol{U'ψ', "\\psi"}, LatexSymbol{U'ω', "\\omega"}, LatexSymbol{U'Γ', "\\Gamma"},
    LatexSymbol{U'Δ', "\\Delta"}, LatexSymbol{U'Θ', "\\Theta"}, LatexSymbol{U'Λ', "\\Lambda"},
    LatexSymbol{U'Ξ', "\\Xi"}, LatexSymbol{U'Π', "\\Pi"}, LatexSymbol{U'Σ', "\\Sigma"},
    LatexSymbol{U'Υ', "\\Upsilon"}, LatexSymbol{U'Φ', "\\Phi"}, LatexSymbol{U'Ψ', "\\Psi"},
    LatexSymbol{U'Ω', "\\Omega"}, LatexSymbol{U'Α', "A"}, LatexSymbol{U'Β', "B"},
    LatexSymbol{U'Ε', "E"}, LatexSymbol{U'Ζ', "Z"}, LatexSymbol{U'Η', "H"}, LatexSymbol{U'Ι', "I"},
    LatexSymbol{U'Κ', "K"}, LatexSymbol{U'Μ', "M"}, LatexSymbol{U'Ν', "N"}, LatexSymbol{U'Ο', "O"},
    LatexSymbol{U'Ρ', "P"}, LatexSymbol{U'Τ', "T"}, LatexSymbol{U'Χ', "X"},
    // letters that carry an adjoint's bar, a prediction's hat, a tangent's dot
    LatexSymbol{U'ȳ', "\\bar{y}"}, LatexSymbol{U'ŷ', "\\hat{y}"}, LatexSymbol{U'ẋ', "\\dot{x}"},
    LatexSymbol{U'ẏ', "\\dot{y}"}, LatexSymbol{U'ŵ', "\\hat{w}"}, LatexSymbol{U'ẑ', "\\hat{z}"}};

}  // namespace

std::string_view latex_symbol(char32_t c) {
  const auto found = std::find_if(symbols.begin(), symbols.end(),
                                  [&](const LatexSymbol& symbol) { return symbol.character == c; });
  return found == symbols.end() ? std::string_view{} : found->command;
}

}  // namespace tracer
