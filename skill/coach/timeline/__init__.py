"""What is exercised, laid out in time: plans, scores, blocks and streams."""
