"""Line figures: what the body does, drawn from a few joint positions a pose.

pose → body → movement → drawing → svg, and `laws`, which says where a body could not do that.
"""
