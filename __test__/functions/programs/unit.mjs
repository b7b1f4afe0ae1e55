export const unit = "mm";
