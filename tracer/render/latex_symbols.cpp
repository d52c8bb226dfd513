// The characters that have a command of their own in LaTeX's math mode: see latex_text.hpp.
// Commands are those of LaTeX itself, amsmath and amssymb.
#include <algorithm>
#include <array>

#include "tracer/render/latex_text.hpp"

namespace tracer {
namespace {

struct Symbol {
  char32_t character;
  std::string_view command;
};

constexpr std::array symbols{
    // relations and operators
    Symbol{U'−', "-"}, Symbol{U'·', "\\cdot"}, Symbol{U'⋅', "\\cdot"}, Symbol{U'×', "\\times"},
    Symbol{U'÷', "\\div"}, Symbol{U'±', "\\pm"}, Symbol{U'∓', "\\mp"}, Symbol{U'≈', "\\approx"},
    Symbol{U'≠', "\\neq"}, Symbol{U'≤', "\\leq"}, Symbol{U'≥', "\\geq"}, Symbol{U'≪', "\\ll"},
    Symbol{U'≫', "\\gg"}, Symbol{U'≡', "\\equiv"}, Symbol{U'∝', "\\propto"}, Symbol{U'∼', "\\sim"},
    Symbol{U'⊙', "\\odot"}, Symbol{U'⊘', "\\oslash"}, Symbol{U'⊗', "\\otimes"},
    Symbol{U'⊕', "\\oplus"}, Symbol{U'∘', "\\circ"}, Symbol{U'∗', "*"},
    // large operators and calculus
    Symbol{U'∂', "\\partial"}, Symbol{U'∇', "\\nabla"}, Symbol{U'∑', "\\sum"},
    Symbol{U'∏', "\\prod"}, Symbol{U'∫', "\\int"}, Symbol{U'√', "\\surd"}, Symbol{U'∞', "\\infty"},
    // arrows
    Symbol{U'→', "\\to"}, Symbol{U'←', "\\leftarrow"}, Symbol{U'↔', "\\leftrightarrow"},
    Symbol{U'⇒', "\\Rightarrow"}, Symbol{U'⇔', "\\Leftrightarrow"}, Symbol{U'↦', "\\mapsto"},
    Symbol{U'⟶', "\\longrightarrow"}, Symbol{U'↑', "\\uparrow"}, Symbol{U'↓', "\\downarrow"},
    // sets and logic
    Symbol{U'∈', "\\in"}, Symbol{U'∉', "\\notin"}, Symbol{U'⊂', "\\subset"},
    Symbol{U'⊆', "\\subseteq"}, Symbol{U'∪', "\\cup"}, Symbol{U'∩', "\\cap"},
    Symbol{U'∅', "\\emptyset"}, Symbol{U'∀', "\\forall"}, Symbol{U'∃', "\\exists"},
    Symbol{U'¬', "\\neg"}, Symbol{U'∧', "\\wedge"}, Symbol{U'∨', "\\vee"},
    Symbol{U'ℝ', "\\mathbb{R}"}, Symbol{U'ℕ', "\\mathbb{N}"}, Symbol{U'ℤ', "\\mathbb{Z}"},
    // brackets, also the tall ones of terminal matrices
    Symbol{U'⟨', "\\langle"}, Symbol{U'⟩', "\\rangle"}, Symbol{U'‖', "\\|"}, Symbol{U'∣', "|"},
    Symbol{U'⌊', "\\lfloor"}, Symbol{U'⌋', "\\rfloor"}, Symbol{U'⌈', "\\lceil"},
    Symbol{U'⌉', "\\rceil"}, Symbol{U'⎡', "["}, Symbol{U'⎢', "["}, Symbol{U'⎣', "["},
    Symbol{U'⎤', "]"}, Symbol{U'⎥', "]"}, Symbol{U'⎦', "]"},
    // fractions, marks
    Symbol{U'½', "\\tfrac{1}{2}"}, Symbol{U'⅓', "\\tfrac{1}{3}"}, Symbol{U'⅔', "\\tfrac{2}{3}"},
    Symbol{U'¼', "\\tfrac{1}{4}"}, Symbol{U'¾', "\\tfrac{3}{4}"}, Symbol{U'′', "'"},
    Symbol{U'″', "''"}, Symbol{U'°', "^{\\circ}"}, Symbol{U'…', "\\ldots"}, Symbol{U'⋯', "\\cdots"},
    Symbol{U'⋮', "\\vdots"}, Symbol{U'⋱', "\\ddots"}, Symbol{U'✓', "\\checkmark"},
    Symbol{U'✗', "\\times"}, Symbol{U'•', "\\bullet"}, Symbol{U'ℓ', "\\ell"},
    Symbol{U'□', "\\square"},
    // Greek; capitals that look Latin are Latin
    Symbol{U'α', "\\alpha"}, Symbol{U'β', "\\beta"}, Symbol{U'γ', "\\gamma"},
    Symbol{U'δ', "\\delta"}, Symbol{U'ε', "\\varepsilon"}, Symbol{U'ϵ', "\\epsilon"},
    Symbol{U'ζ', "\\zeta"}, Symbol{U'η', "\\eta"}, Symbol{U'θ', "\\theta"},
    Symbol{U'ϑ', "\\vartheta"}, Symbol{U'ι', "\\iota"}, Symbol{U'κ', "\\kappa"},
    Symbol{U'λ', "\\lambda"}, Symbol{U'μ', "\\mu"}, Symbol{U'µ', "\\mu"}, Symbol{U'ν', "\\nu"},
    Symbol{U'ξ', "\\xi"}, Symbol{U'ο', "o"}, Symbol{U'π', "\\pi"}, Symbol{U'ρ', "\\rho"},
    Symbol{U'σ', "\\sigma"}, Symbol{U'ς', "\\varsigma"}, Symbol{U'τ', "\\tau"},
    Symbol{U'υ', "\\upsilon"}, Symbol{U'φ', "\\varphi"}, Symbol{U'ϕ', "\\phi"},
    Symbol{U'χ', "\\chi"}, Symbol{U'ψ', "\\psi"}, Symbol{U'ω', "\\omega"}, Symbol{U'Γ', "\\Gamma"},
    Symbol{U'Δ', "\\Delta"}, Symbol{U'Θ', "\\Theta"}, Symbol{U'Λ', "\\Lambda"},
    Symbol{U'Ξ', "\\Xi"}, Symbol{U'Π', "\\Pi"}, Symbol{U'Σ', "\\Sigma"}, Symbol{U'Υ', "\\Upsilon"},
    Symbol{U'Φ', "\\Phi"}, Symbol{U'Ψ', "\\Psi"}, Symbol{U'Ω', "\\Omega"}, Symbol{U'Α', "A"},
    Symbol{U'Β', "B"}, Symbol{U'Ε', "E"}, Symbol{U'Ζ', "Z"}, Symbol{U'Η', "H"}, Symbol{U'Ι', "I"},
    Symbol{U'Κ', "K"}, Symbol{U'Μ', "M"}, Symbol{U'Ν', "N"}, Symbol{U'Ο', "O"}, Symbol{U'Ρ', "P"},
    Symbol{U'Τ', "T"}, Symbol{U'Χ', "X"},
    // letters that carry an adjoint's bar, a prediction's hat, a tangent's dot
    Symbol{U'ȳ', "\\bar{y}"}, Symbol{U'ŷ', "\\hat{y}"}, Symbol{U'ẋ', "\\dot{x}"},
    Symbol{U'ẏ', "\\dot{y}"}, Symbol{U'ŵ', "\\hat{w}"}, Symbol{U'ẑ', "\\hat{z}"}};

}  // namespace

std::string_view latex_symbol(char32_t c) {
  const auto found = std::find_if(symbols.begin(), symbols.end(),
                                  [&](const Symbol& symbol) { return symbol.character == c; });
  return found == symbols.end() ? std::string_view{} : found->command;
}

}  // namespace tracer
