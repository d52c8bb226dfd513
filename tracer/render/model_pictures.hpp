// Parts of a model's page that look at single samples and single units: what was wrong most surely,
// the weights of the first layer, originals beside reconstructions. Next: model_page.hpp.
#pragma once

#include <vector>

#include "tracer/render/model_page.hpp"

namespace tracer {

/// The wrong predictions whose score was farthest above that of the true class, the worst first.
struct WrongPrediction {
  int sample = 0;  ///< within the part, from 0
  int truth = 0, said = 0;
  double of_said = 0, of_truth = 0;  ///< scores: probabilities, or what the lesson has
};
std::vector<WrongPrediction> surest_mistakes(const ModelReport&, std::size_t most);

/// Each of these as a section, empty where there is nothing to be shown. The report must live as long.
/// The worst predictions: pictures with captions where the samples are some, else a table.
Document surely_wrong(const ModelReport&);
/// Of pictures the weights of the first layer's units, those with the largest first.
Document first_weights(const ModelReport&);
/// Where numbers are predicted, one for each pixel: some samples, and what the model makes of them.
Document reconstructions(const ModelReport&);

/// Where one number is predicted: what was said over what is true, in a browser.
Document said_over_true(const ModelReport&);

/// So many pictures of that width stand side by side.
int pictures_across(int columns, const Style&);
inline constexpr int across_in_browser = 9;

}  // namespace tracer
