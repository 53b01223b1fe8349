package io.kybern.crd.cel.check;

import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.type.CelType;

/** The types of fields of structs and of values of maps, as they are selected. */
final class Fields {
    private final StructTypes structs;
    private final Inference inference;

    Fields(StructTypes structs, Inference inference) {
        this.structs = structs;
        this.inference = inference;
    }

    /**
     * The type of a field of an operand whose type is known.
     *
     * @param optional whether the field may be absent; it may, too, where the operand may
     */
    CelType selected(int position, Expr operand, String field, boolean optional) {
        Substitution substitution = inference.substitution();
        CelType type = substitution.apply(inference.type(operand));
        CelType target = type.isOptional() ? type.first() : type;
        CelType result = switch (target.kind()) {
            case MAP -> target.second();
            case STRUCT -> ofStruct(position, target.name(), field);
            case PARAMETER -> {
                substitution.isAssignable(CelType.DYN, target);
                yield CelType.DYN;
            }
            case DYN, ERROR -> CelType.DYN;
            default -> {
                inference.fail(position, "type '" + target.format() + "' does not support field selection");
                yield CelType.DYN;
            }
        };
        return type.isOptional() || optional ? CelType.optional(result) : result;
    }

    CelType ofStruct(int position, String struct, String field) {
        if (!structs.has(struct)) {
            inference.fail(position, "unexpected failed resolution of '" + struct + "'");
            return CelType.ERROR;
        }
        return structs.field(struct, field).orElseGet(() -> {
            inference.fail(position, "undefined field '" + field + "'");
            return CelType.ERROR;
        });
    }
}
