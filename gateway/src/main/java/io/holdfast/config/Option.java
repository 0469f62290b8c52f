package io.holdfast.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what an option is for. The JSON Schema and the reference page are made of it; defaults come
 * from the code that reads the option, units from its type.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
@interface Option {

  /** What it does, and why one would change it. */
  String value();

  /** What {@code off} or zero means, where it is allowed. */
  String zero() default "";

  /** Whether it must be given. */
  boolean required() default false;

  /** What holds when it is not given, where that is no fixed value. */
  String otherwise() default "";
}
