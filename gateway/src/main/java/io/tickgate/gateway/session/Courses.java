package io.tickgate.gateway.session;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.wire.Encodings;
import io.tickgate.gateway.wire.WireFormat;

/**
 * One course for each format that is written on a loop: what each of thousands of connections reads of it in a turn stays in the
 * processor's cache. As many as there are formats. Owned by the loop.
 */
public final class Courses {
    private final Encodings encodings;
    private final List<Course> courses = new ArrayList<>();

    public Courses(Encodings encodings) {
        this.encodings = encodings;
    }

    /** The course of a session that shares no stream. */
    public Course of(WireFormat format) {
        for (Course course : courses) {
            if (course.format().equals(format)) {
                return course;
            }
        }
        Course course = new Course(format, encodings::turn);
        courses.add(course);
        return course;
    }
}
