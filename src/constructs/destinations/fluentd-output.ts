import { label, match, raw } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';
import { readBody } from '../../model/fluentd/config-reader';
import type { OutputPlace } from '../../model/destinations/output';

type Build = (place: OutputPlace) => readonly FluentdElement[];

/** How Fluentd delivers to a destination. */
export class FluentdOutput {
  /**
   * The body of a `<match>` in Fluentd's own words: `@type`, its parameters and sections. It goes into the configuration as
   * it is, so it must hold no secret and no text of strangers; credentials are files below
   * `/etc/siem/destinations/<name of the destination>/`. The name for metrics and, unless it has one, a bounded buffer on
   * disk are added.
   * @param configuration the text, without `<match>`
   */
  public static raw(configuration: string): FluentdOutput {
    const opaque = raw(configuration);
    const body = readBody(configuration);
    if (!('@type' in body.params)) throw new Error("the output names no plugin; begin with '@type'");
    if ('@id' in body.params) throw new Error("the output names itself; leave out '@id', the destination has a name");
    const hasBuffer = body.children.some(({ name }) => name === 'buffer');
    return new FluentdOutput((place) => [
      label(place.label, [match({ '@id': place.outputId }, [opaque, ...(hasBuffer ? [] : [place.buffer()])])]),
    ]);
  }

  /**
   * The labels that a destination of the package consists of.
   * @internal
   */
  public static _of(build: Build): FluentdOutput {
    return new FluentdOutput(build);
  }

  private constructor(private readonly build: Build) {}

  /**
   * Its labels at their place.
   * @internal
   */
  public _elements(place: OutputPlace): readonly FluentdElement[] {
    return this.build(place);
  }
}
