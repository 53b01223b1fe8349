package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TouchedOrderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode object(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void sortsWhatAMergePatchWentThroughAndTheListsThatItBrought() throws IOException {
        ObjectNode patched =
                object("{'b':{'z':1,'y':[{'d':1,'c':{'f':1,'e':2}}],'x':[{'b':1,'a':2}]},'a':{'n':1,'m':2}}");
        ObjectNode patch = object("{'b':{'y':[{'d':1,'c':{'f':1,'e':2}}]}}");
        assertThat(TouchedOrder.of(patched, patch))
                .hasToString(
                        object("{'a':{'n':1,'m':2},'b':{'x':[{'b':1,'a':2}],'y':[{'c':{'e':2,'f':1},'d':1}],'z':1}}")
                                .toString());
    }

    @Test
    void leavesWhatAJsonPatchBroughtAsItWasSent() throws IOException {
        ObjectNode patched = object("{'b':[{'d':1,'c':2}],'a':1}");
        assertThat(TouchedOrder.of(patched, JSON.readTree("[{\"op\":\"add\",\"path\":\"/b\"}]")))
                .hasToString(object("{'a':1,'b':[{'d':1,'c':2}]}").toString());
    }
}
